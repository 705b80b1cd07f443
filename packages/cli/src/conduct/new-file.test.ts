import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import { expect, test } from 'vitest';
import { notWritable } from './new-file.ts';

test('notWritable() names the file and the way on, and leaves other errors alone', () => {
  const there = notWritable('old.jsonl', Object.assign(new Error('x'), { code: 'EEXIST' }));
  expect(there).toBeInstanceOf(UserError);
  expect(there).toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('old.jsonl: it is'),
  });
  const other = new Error('disk');
  expect(notWritable('old.jsonl', other)).toBe(other);
});

test('newFile(): what does not fit is refused in a sentence, and nothing of it stays', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-new-file-'));
  try {
    const program = `
      import { newFile } from ${JSON.stringify(import.meta.resolve('./new-file.ts'))};
      const out = await newFile('large.json');
      try { for (let i = 0; i < 40; i++) await out.write('x'.repeat(1024)); }
      catch (error) { console.log(error.message); }
      finally { await out.end(false); }`;
    const run = 'ulimit -f 8 && exec "$0" --input-type=module -e "$1"';
    const { stdout, status, stderr } = spawnSync('bash', ['-c', run, process.execPath, program], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('cannot write large.json: it is larger than a file may be');
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
