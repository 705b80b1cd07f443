import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchFolder } from './watch-folder.ts';

test('watchFolder() tells how far a download is, and is silent when it has ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'));
  mkdirSync(join(folder, 'pip-unpack'));
  writeFileSync(join(folder, 'pip-unpack', 'half'), Buffer.alloc(3_000_000));
  const { promise, resolve } = Promise.withResolvers<string>();
  const told: number[] = [];
  const tell = (megabytes: number) => {
    told.push(megabytes);
    resolve('whole');
  };
  expect(await watchFolder(folder, tell, promise, 1)).toBe('whole');
  expect(told).toEqual([3]);
  rmSync(folder, { recursive: true });
});
