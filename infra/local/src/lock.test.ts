import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from './lock.ts';

const name = (what: string) => `lock.test ${process.pid} ${what}`;

test('withLock() lets one work at a time, and says once that it waits', async () => {
  let inside = 0;
  let most = 0;
  let waits = 0;
  const work = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(setImmediate);
    inside -= 1;
  };
  const onWait = () => (waits += 1);
  await Promise.all(Array.from({ length: 8 }, () => withLock(name('many'), work, { onWait })));
  expect({ most, inside, waits }).toEqual({ most: 1, inside: 0, waits: 7 });
});

test('withLock() frees the lock when the work fails', async () => {
  const work = () => Promise.reject(new Error('work failed'));
  await expect(withLock(name('fails'), work)).rejects.toThrow('work failed');
  expect(await withLock(name('fails'), async () => 'next')).toBe('next');
});

test('withLock() gives the lock of a killed process to the next', async () => {
  const lock = path.join(import.meta.dirname, 'lock.ts');
  const script = `import { withLock } from ${JSON.stringify(lock)};
    await withLock(process.argv[1], () => new Promise(() => { console.log('held'); setInterval(() => {}, 1000); }));`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script, name('killed')]);
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const next = withLock(name('killed'), async () => 'next', {
    onWait: () => holder.kill('SIGKILL'),
  });
  expect(await next).toBe('next');
});

test('withLock() stops waiting when it is told to, or when the time is over', async () => {
  await withLock(name('held'), async () => {
    const never = async () => expect.unreachable();
    const stop = new AbortController();
    const stopped = withLock(name('held'), never, {
      signal: stop.signal,
      onWait: () => stop.abort(),
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    await expect(withLock(name('held'), never, { timeoutMs: 20 })).rejects.toThrow(
      'holds the lock',
    );
  });
});
