import { expect, it } from 'vitest';
import { rowChecks } from './row-checks.ts';

it('rowChecks have names that Postgres does not cut: `millrace ledger` prints them whole', () => {
  const names = rowChecks.flatMap(({ query }) =>
    [...query.matchAll(/as "([^"]+)"/g)].map(([, name = '']) => name),
  );
  expect(names.length).toBeGreaterThan(40);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => Buffer.byteLength(name) > 63)).toEqual([]);
});
