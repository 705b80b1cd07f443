import { randomUUID } from 'node:crypto';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import type { Sql } from '@millrace/shared/ports/database';
import { moveChampion } from '@millrace/shared/runtime/champion';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { promoteModel, rollBackLine } from './move-champion.ts';

let database: TestDatabase;
let sql: Sql;
const line = { modelName: 'default', modelType: 'embedding' } as const;
const store = () => deliveryStore(sql);
const order = (why: string | null = 'a test') => ({ why, moveId: randomUUID(), nowMs: 0 });
const promote = (modelId: string, why: string | null = 'a test') =>
  promoteModel(store(), { modelId, ...order(why) });
const rollback = (expected: string | null) => rollBackLine(store(), { line, expected, ...order() });

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 10 });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  await sql`truncate models, aliases, audit, outbox`;
  await register('m1', 'promoted');
  await register('m2', 'refused');
  await register('m3', 'insufficient_evidence');
});

async function register(id: string, decision: string, name = 'default'): Promise<void> {
  await sql`
    insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256,
      base, metrics, decision, sentence, report)
    values (${id}, gen_random_uuid(), 1, ${name}, 'embedding', ${`/models/${id}`}, 'h', ${'d'.repeat(64)}, 'base',
      '{"base": {"mrr@10": 0.1}}', ${decision}, ${`The sentence of ${id}`}, '{}')`;
}

const champion = async () =>
  (await sql`select model_id from aliases where alias = 'champion'`)[0]?.['model_id'];
const moves = async () =>
  (await sql`select detail from audit where action = 'alias_moved' order by at`).map(
    (row) => row['detail'],
  );

describe('promoteModel()', () => {
  it('moves alias, audit and event together', async () => {
    expect(await promote('m1', null)).toMatchObject({ model_id: 'm1', from: null, moved: true });
    expect(await champion()).toBe('m1');
    expect(await promote('m2')).toMatchObject({ from: 'm1', decision: 'refused' });
    expect(await moves()).toMatchObject([
      { from: null, to: 'm1', cause: 'promote' },
      { from: 'm1', to: 'm2', cause: 'promote', why: 'a test' },
    ]);
    const events =
      await sql`select key, convert_from(value, 'utf8')::json as data from outbox order by created_at`;
    expect(events).toMatchObject([
      { key: 'default/embedding', data: { model_id: 'm1', alias_moved: { from: null } } },
      {
        key: 'default/embedding',
        data: {
          model_id: 'm2',
          path: '/models/m2',
          alias_moved: { alias: 'champion', from: 'm1', cause: 'promote' },
        },
      },
    ]);
    expect(JSON.stringify(events)).not.toContain('a test');
  });

  it('wants a reason for a model that the gate did not promote, and says what the gate said', async () => {
    for (const id of ['m2', 'm3']) {
      await expect(promote(id, null)).rejects.toThrow(`--why. The sentence of ${id}`);
    }
    expect(await champion()).toBeUndefined();
    expect(await moves()).toEqual([]);
  });

  it('refuses an unknown model and one of another line', async () => {
    await register('other', 'promoted', 'shop');
    await expect(promote('m9')).rejects.toThrow('there is no model m9');
    await expect(promoteModel(store(), { modelId: 'other', line, ...order() })).rejects.toThrow(
      'other is of line shop/embedding, not of default/embedding',
    );
  });

  it('writes nothing for the model in use', async () => {
    await promote('m1');
    expect(await promote('m1')).toMatchObject({ moved: false, from: 'm1' });
    expect(await moves()).toHaveLength(1);
    expect(await sql`select 1 from outbox`).toHaveLength(1);
  });

  it('keeps one history when ten people promote at once, with and without a model before', async () => {
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        Array.from({ length: 10 }, (_, i) => promote(`m${(i % 3) + 1}`).catch(() => null)),
      );
    }
    const history = await moves();
    expect(history.length).toBeGreaterThan(3);
    for (const [i, move] of history.entries()) {
      expect(move.from).toBe(history[i - 1]?.to ?? null);
    }
    expect(await champion()).toBe(history.at(-1)?.to);
    expect(await sql`select 1 from outbox`).toHaveLength(history.length);
  });
});

describe('rollBackLine()', () => {
  it('restores the model before, also the one that the gate put there, step by step', async () => {
    const gateMove = {
      line,
      modelId: 'm1',
      cause: 'gate',
      why: null,
      moveId: randomUUID(),
    } as const;
    await sql.begin((tx) => moveChampion(tx, gateMove));
    await promote('m2');
    await promote('m3');
    expect(await rollback('m3')).toMatchObject({ model_id: 'm2', from: 'm3', moved: true });
    expect(await rollback('m2')).toMatchObject({ model_id: 'm1', from: 'm2' });
    expect(await champion()).toBe('m1');
    await expect(rollback('m1')).rejects.toThrow('default/embedding had no model before m1');
    expect((await moves()).map((move) => move.cause)).toEqual([
      'gate',
      'promote',
      'promote',
      'rollback',
      'rollback',
    ]);
  });

  it('undoes one move when two people ask at once', async () => {
    await promote('m1');
    await promote('m2');
    await promote('m3');
    const ends = await Promise.allSettled([rollback('m3'), rollback('m3')]);
    expect(ends.map((end) => end.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await champion()).toBe('m2');
  });

  it('says so where nothing was ever in use', async () => {
    await expect(rollback(null)).rejects.toThrow('had no model before its first');
  });
});
