import { UserError } from '@millrace/shared/domain/errors';
import { expect, test } from 'vitest';
import { notWritable } from './run-rejected-export.ts';

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
