import { expect, it } from 'vitest';
import { connectionCheck } from './connection-check.ts';

const facts = { pods: 6, each: 17, limit: 197, others: 3, pooled: false };

it('connectionCheck() adds up what all processes may open, and says what would fit', () => {
  expect(connectionCheck(facts)).toMatchObject({
    health: 'ok',
    says: '6 processes x 17 = 102 at most, 3 of others, 197 granted',
  });
  const many = connectionCheck({ ...facts, pods: 40 });
  expect(many.health).toBe('warning');
  expect(many.says).toContain('db_pool_size + db_max_overflow of 2, fewer processes, or PgBouncer');
  expect(connectionCheck({ ...facts, pods: 40, pooled: true }).health).toBe('ok');
});
