import { expect, test } from 'vitest';
import { applyOperation } from './json-patch.ts';

test('applyOperation() adds, replaces and removes keys and members of lists', () => {
  const root = { a: { 'x/y': 1, list: [1, 2, 3] } };
  applyOperation(root, { op: 'replace', path: '/a/x~1y', value: 2 });
  applyOperation(root, { op: 'add', path: '/a/new', value: null });
  applyOperation(root, { op: 'add', path: '/a/list/-', value: 4 });
  applyOperation(root, { op: 'remove', path: '/a/list/1' });
  expect(root).toEqual({ a: { 'x/y': 2, list: [1, 3, 4], new: null } });
  applyOperation(root, { op: 'remove', path: '/a/x~1y' });
  expect(root.a).not.toHaveProperty('x/y');
});

test('applyOperation() refuses a path that leads nowhere', () => {
  for (const operation of [
    { op: 'replace', path: '/a/b', value: 1 },
    { op: 'remove', path: '/b' },
    { op: 'remove', path: '/a/list/3' },
    { op: 'add', path: '/b/c', value: 1 },
  ] as const)
    expect(() => applyOperation({ a: { list: [1] } }, operation)).toThrow(
      `nothing lies at ${operation.path}`,
    );
});
