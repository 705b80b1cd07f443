import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { logTail, tailOf } from './log-tail.ts';

test('tailOf() keeps the last lines that say something', () => {
  const text = [
    'one',
    'ERROR it broke',
    '\tat kafka.Kafka.main(Kafka.scala:1)',
    '    at x',
    '\t... 7 more',
    '',
    'Caused by: that',
  ].join('\n');
  expect(tailOf(text, 2)).toEqual(['ERROR it broke', 'Caused by: that']);
});

test('logTail() names the file, and is empty for a log that is empty or missing', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-tail-'));
  const full = path.join(folder, 'full.log');
  const empty = path.join(folder, 'empty.log');
  writeFileSync(full, 'first\nlast\n');
  writeFileSync(empty, '\n');
  expect(logTail(empty, path.join(folder, 'none'))).toBe('');
  expect(logTail(empty, full)).toBe(`\n  ${full}:\n    first\n    last`);
  rmSync(folder, { recursive: true });
});
