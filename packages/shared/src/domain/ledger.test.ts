import { expect, test } from 'vitest';
import { balance } from './ledger.ts';

const stages = (applied: number) => ({
  ingestor: { in: 10, went: { applied, dead: 1 }, waiting: 0 },
});

const rest = { open: { sessions: 2, messages: 9 }, dataset: {} };

test('balance() holds when every stage and every check is equal', () => {
  const checks = [{ name: 'payloads = sessions', expected: 9, found: 9 }];
  expect(balance({ ...rest, stages: stages(9), checks })).toMatchObject({
    balanced: true,
    problems: [],
  });
});

test.each([8, 10])('balance() fails when 9 of 10 went somewhere and %i are found', (applied) => {
  const { balanced, problems } = balance({ ...rest, stages: stages(applied), checks: [] });
  expect(balanced).toBe(false);
  expect(problems).toEqual([
    { name: 'ingestor: in = applied + dead', expected: 10, found: applied + 1 },
  ]);
});

test.each([8, 10])('balance() fails when a check expects 9 and finds %i', (found) => {
  const check = { name: 'payloads = sessions', expected: 9, found };
  expect(balance({ ...rest, stages: stages(9), checks: [check] }).problems).toEqual([check]);
});
