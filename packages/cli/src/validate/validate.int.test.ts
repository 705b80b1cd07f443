import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-validate-'));
afterAll(() => rmSync(folder, { recursive: true }));
const main = path.join(import.meta.dirname, '../main.ts');

/** A session of ten messages, by default long enough. */
function session(id: string, secondsApart = 40): string {
  const messages = Array.from({ length: 10 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: `${id} says number ${i} about ${['ferns', 'kettles', 'ladders', 'maps', 'oars'][i % 5]}`,
    timestamp: new Date(Date.UTC(2026, 2, 7, 12, 0, i * secondsApart)).toISOString(),
  }));
  const metadata = {
    session_id: id,
    start_time: messages[0]?.timestamp,
    end_time: messages[9]?.timestamp,
  };
  const conversation_data = { messages, metadata };
  return JSON.stringify({ session_id: id, user_id: `u-${id}`, conversation_data });
}

function validate(lines: readonly string[], options: readonly string[] = []) {
  const file = path.join(folder, 'sessions.jsonl');
  writeFileSync(file, lines.join('\n'));
  const run = spawnSync('node', [main, 'validate', file, ...options], {
    encoding: 'utf8',
    env: { ...process.env, MILLRACE_CONFIG: '' },
  });
  return { code: run.status, out: run.stdout, talk: run.stderr };
}

/** A process each: a busy machine takes seconds to start one. */
const timeout = 60_000;

test('validate --json answers every line, blank and broken ones too, and exits with 4', {
  timeout,
}, () => {
  const lines = [session('a'), '', '{"session_id": "b",', session('c', 1), session('d')];
  const { code, out } = validate(lines, ['--json']);
  expect(code).toBe(4);
  const answers = out
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(answers.map(({ line, session_id, verdict }) => [line, session_id, verdict])).toEqual([
    [0, 'a', 'kept'],
    [1, null, 'rejected'],
    [2, null, 'rejected'],
    [3, 'c', 'rejected'],
    [4, 'd', 'kept'],
  ]);
  expect(answers[3].findings).toEqual([
    {
      code: 'too_short_duration',
      severity: 'error',
      action: 'reject',
      value: 9,
      threshold: 300,
    },
  ]);
});

test('validate exits with 0 when all are kept; --document is the result document of the set', {
  timeout,
}, () => {
  const { code, out } = validate([session('a'), session('b')], ['--document']);
  expect(code).toBe(0);
  const document = JSON.parse(out);
  expect(Object.keys(document)).toEqual(['is_valid', 'message', 'metrics', 'timestamp']);
  expect(document).toMatchObject({ is_valid: false, metrics: { num_samples: 2 } });
  expect(document.message).toContain('min_examples is 5, found 2');
});

test('validate tells a time that lies in the future, and what cannot be asked for together', {
  timeout,
}, () => {
  const late = session('a').replaceAll('2026-', `${new Date().getUTCFullYear() + 3}-`);
  const { out } = validate([late], ['--json']);
  expect(JSON.parse(out).findings[0]).toMatchObject({ code: 'bad_timestamp', action: 'reject' });
  expect(validate([late], ['--json', '--document']).code).toBe(2);
});
