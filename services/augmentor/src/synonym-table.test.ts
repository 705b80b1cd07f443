import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { synonymTable } from './synonym-table.ts';

it('the table is the one that the revision speaks of: when it changes, raise codeVersion in augmentor-revision.ts', () => {
  const sha256 = createHash('sha256').update(readFileSync(synonymTable)).digest('hex');
  expect(sha256).toBe('424e153228b1e09596a448e929570fdb19748487ad30a0fcc4713dd95217ea43');
});

it('every line is a part of speech, a form, and other forms, one word each', () => {
  const lines = readFileSync(synonymTable, 'utf8').trimEnd().split('\n').slice(1);
  for (const line of lines)
    expect(line).toMatch(/^(?:NOUN|VERB|ADJ|ADV)\t[a-z]+\t[a-z]+(?: [a-z]+)*$/);
  for (const line of lines) {
    const [, form = '', words = ''] = line.split('\t');
    expect(words.split(' ')).not.toContain(form);
  }
  expect(lines.length).toBeGreaterThan(700);
});
