import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Command, millrace } from './millrace.ts';

/** A demo is interrupted: whatever it had started is gone soon after. It runs on a broker and a database of its own. */
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-e2e-demo-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function demo(): Command {
  return millrace(['demo', '--limit', '20', '--max-steps', '500', '--out', `${folder}/out`], {
    MILLRACE_STATE: folder,
    KAFKA_BROKERS: undefined,
    DATABASE_URL: undefined,
  });
}

/** Command lines of the processes that carry the folder in their environment. */
function processesOf(state: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const carries = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(state);
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return carries || command.includes(state) ? [command] : [];
      } catch {
        return []; // it has just ended
      }
    });
}

async function nothingLeft(state: string): Promise<string[]> {
  const end = performance.now() + 30_000;
  while (processesOf(state).length > 0 && performance.now() < end) await delay(100);
  return processesOf(state);
}

test('demo: Ctrl-C ends it with 130 and leaves no process', async () => {
  const command = demo();
  await command.saw('every service is ready');
  expect(processesOf(folder).length).toBeGreaterThan(6);
  command.child.kill('SIGINT');
  const { code, stderr } = await command.ended;
  expect(code, stderr).toBe(130);
  expect(processesOf(folder)).toEqual([]);
});

test('demo: killed, it leaves no process', async () => {
  const command = demo();
  await command.saw('every service is ready');
  command.child.kill('SIGKILL');
  await command.ended;
  expect(await nothingLeft(folder)).toEqual([]);
});
