import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './process-lock.ts';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
  lock = join(folder, 'locks', 'thing');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (text: string) => withLock(lock, async () => {}).then(() => writeFileSync(lock, text));

test('withLock() lets one action run at a time, however many ask', async () => {
  let inside = 0;
  let most = 0;
  const enter = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 5 }, () => withLock(lock, enter)));
  expect(most).toBe(1);
  expect(existsSync(lock)).toBe(false);
});

test('withLock() gives the lock back when its action fails', async () => {
  await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(lock)).toBe(false);
});

test('withLock() takes over the lock of a process that has died', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  await hold(`${pid} 1`);
  expect(await withLock(lock, async () => readFileSync(lock, 'utf8'))).toMatch(
    new RegExp(`^${process.pid} `),
  );
});

test('withLock() takes over the lock of a process whose id another one has got since', async () => {
  await hold(`${process.pid} 1`); // alive, but not started at tick 1
  expect(await withLock(lock, async () => 'mine')).toBe('mine');
});

test('withLock() waits for a living process, says for which, and goes on when it is killed', async () => {
  const module = JSON.stringify(join(import.meta.dirname, 'process-lock.ts'));
  const script = `const { withLock } = await import(${module});
    await withLock(${JSON.stringify(lock)}, () => new Promise(() => { console.log('held'); setInterval(() => {}, 1e9); }));`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await once(holder.stdout, 'data');
  const waitedFor: number[] = [];
  const entered = withLock(
    lock,
    async () => holder.exitCode === null && holder.signalCode === null,
    (pid) => {
      waitedFor.push(pid);
      holder.kill('SIGKILL');
    },
  );
  await once(holder, 'exit');
  expect(await entered).toBe(false);
  expect(waitedFor).toEqual([holder.pid]);
});
