import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-mask-'));
afterAll(() => rmSync(folder, { recursive: true }));
const main = path.join(import.meta.dirname, '../main.ts');
const golden = path.join(import.meta.dirname, '../../../engine/src/text/chat/golden');
const { smollm2 } = JSON.parse(
  readFileSync(path.join(golden, 'chat-masks.json'), 'utf8'),
).templates;

const sessions = path.join(folder, 'sessions.jsonl');
const lines = readFileSync(
  path.join(import.meta.dirname, '../../../../samples/sessions.jsonl'),
  'utf8',
).split('\n');
writeFileSync(sessions, lines.slice(0, 8).join('\n'));
copyFileSync(path.join(golden, 'tokenizer.json'), path.join(folder, 'tokenizer.json'));

function audit(template: string, ...options: readonly string[]) {
  const { bos_token, eos_token } = smollm2;
  writeFileSync(
    path.join(folder, 'tokenizer_config.json'),
    JSON.stringify({ bos_token, eos_token, chat_template: template }),
  );
  const run = spawnSync('node', [main, 'mask', 'audit', sessions, '--model', folder, ...options], {
    encoding: 'utf8',
    env: { ...process.env, MILLRACE_CONFIG: '' },
  });
  return { code: run.status, out: run.stdout, talk: run.stderr };
}

/** A process each: a busy machine takes seconds to start one. */
const timeout = 180_000;

test('mask audit says what is trained, and 0 when every mask is as it should be', {
  timeout,
}, () => {
  const { code, out } = audit(smollm2.stock, '--json', '--max-tokens', '4096');
  expect(code).toBe(0);
  const { counts, findings, left_out } = JSON.parse(out);
  expect(findings).toEqual([]);
  expect(left_out).toEqual([]);
  expect(counts).toMatchObject({ answers_left_out: 0, too_long: 0, rows: counts.chats });
  expect(counts.chats).toBeGreaterThan(3);
  expect(counts.trained_tokens).toBeGreaterThan(counts.answers);
});

test('a template at fault is refused with exit 1: places and ids, text only on demand', {
  timeout,
}, () => {
  const sabotaged = smollm2.stock.replace(
    "message['content'] + '<|im_end|>'",
    "message['content']",
  );
  expect(sabotaged).not.toBe(smollm2.stock);
  const { code, out, talk } = audit(sabotaged);
  expect(code).toBe(1);
  expect(out).toContain('stop_token_untrained');
  expect(talk).not.toMatch(/\d "/);
  expect(audit(sabotaged, '--show').talk).toMatch(/\d "/);
});
