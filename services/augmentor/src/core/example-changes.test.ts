import { expect, it } from 'vitest';
import { exampleChanges } from './example-changes.ts';

const of = (id: string, contentSha256: string) => ({ id, contentSha256 });

it('exampleChanges() tells new, gone and altered examples apart, and nothing from nothing', () => {
  const before = [of('a', '1'), of('b', '2'), of('c', '3')];
  expect(exampleChanges(before, [of('c', '3'), of('b', '9'), of('d', '4'), of('e', '5')])).toEqual({
    added: 2,
    removed: 1,
    changed: 1,
  });
  expect(exampleChanges(before, [...before].reverse())).toBeNull();
  expect(exampleChanges([], [])).toBeNull();
});
