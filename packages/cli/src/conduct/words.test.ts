import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { words } from './words.ts';

test('words() takes a text and refuses one that says nothing', () => {
  expect(words(' a test call ')).toBe('a test call');
  for (const empty of ['', '  ', '\t\n']) expect(() => words(empty)).toThrow(InvalidArgumentError);
});
