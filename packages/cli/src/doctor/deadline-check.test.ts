import { expect, it } from 'vitest';
import { deadlineCheck } from './deadline-check.ts';

it('deadlineCheck() takes the deadlines of the services, and shorter ones', () => {
  expect(deadlineCheck({ statementMs: 20_000, idleInTransactionMs: 60_000 })).toEqual({
    name: 'deadlines',
    health: 'ok',
    says: 'a statement 20 s, a silent transaction 60 s',
  });
  expect(deadlineCheck({ statementMs: 5_000, idleInTransactionMs: 9_000 }).health).toBe('ok');
});

it.each([
  [{ statementMs: 0, idleInTransactionMs: 60_000 }, 'a statement has none'],
  [{ statementMs: 20_000, idleInTransactionMs: 0 }, 'a silent transaction has none'],
  [{ statementMs: 600_000, idleInTransactionMs: 60_000 }, 'a statement 600 s'],
])('deadlineCheck() warns of %j, and says what to set', (facts, says) => {
  const { health, says: whole } = deadlineCheck(facts);
  expect(health).toBe('warning');
  expect(whole).toContain(says);
  expect(whole).toContain("alter role ... set statement_timeout = '20s'");
});
