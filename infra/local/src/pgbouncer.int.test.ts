/** A PgBouncer in transaction mode before the database, with fewer connections than clients ask for at once. */
import { connect } from '@millrace/shared/adapters/postgres/database';
import { migrate, schemaVersion } from '@millrace/shared/adapters/postgres/migrate';
import type { Sql } from '@millrace/shared/ports/database';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { holdErasures } from '@millrace/shared/runtime/erasure/erased-versions';
import { type TestDatabase, testDatabase } from '@millrace/shared/testing/database';
import { type StageScene, stageScene } from '@millrace/shared/testing/stage-scene';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPgBouncer, type PgBouncer, startPgBouncer } from './testing/pgbouncer.ts';

const program = await findPgBouncer();
if (typeof program === 'string') process.stderr.write(`millrace: not tested: ${program}\n`);

const poolSize = 2;
let database: TestDatabase;
let pooler: PgBouncer;
/** Past the pooler. */
let admin: Sql;

const begin = async (migrated: boolean): Promise<void> => {
  if (typeof program === 'string') return;
  database = await testDatabase({ migrated });
  admin = connect(database.url, { max: 2 });
  pooler = await startPgBouncer(program, database.url, { poolSize });
};
const end = async (): Promise<void> => {
  await admin.end({ timeout: 2 });
  await pooler.stop();
  await database.drop();
};

describe.skipIf(typeof program === 'string')('through PgBouncer', () => {
  describe('with a deadline that the database has for statements', () => {
    beforeAll(async () => {
      await begin(false);
      const name = new URL(database.url).pathname.slice(1);
      await admin.unsafe(`alter database ${name} set statement_timeout = '1s'`);
    });
    afterAll(end);

    it('migrates once, however many try, however long it takes', async () => {
      const all = await admin.begin(async (tx) => {
        await tx`create table sessions ()`; // in the way of whoever migrates
        const migrations = Promise.all(Array.from({ length: 5 }, () => migrate(pooler.url)));
        migrations.catch(() => undefined); // met below
        await untilAwaitedFor(admin, 1_300);
        await tx`drop table sessions`;
        return { migrations };
      });
      expect((await all.migrations).filter((tags) => tags.length > 0)).toHaveLength(1);
      const { has, needs } = await schemaVersion(admin);
      expect(has).toBe(needs);
    });

    it('ends a statement of services by it', async () => {
      const sql = connect(pooler.url);
      await expect(sql`select pg_sleep(20)`).rejects.toMatchObject({ code: '57014' });
      await sql.end({ timeout: 1 });
    });
  });

  describe('a stage', () => {
    let scene: StageScene;
    beforeAll(async () => {
      await begin(true);
      scene = await stageScene(pooler.url);
    });
    afterAll(async () => {
      await scene.dispose();
      await end();
    });

    it('applies each record once, and a delivery of everything again changes no table', async () => {
      scene.write(['poison-save', ...Array.from({ length: 1_000 }, (_, i) => `s${i}`)]);
      await scene.start({ beforeSave: async (_ids, tx) => void (await holdErasures(tx)) });
      await scene.settled(1_001);
      const before = await scene.tables();
      expect(before).toMatchObject({ sessions: 1_000, payloads: 1_000, dead: 1, outbox: 0 });
      scene.bus.rewind('millrace-ingestor');
      await scene.settled(1_001);
      expect(await scene.tables()).toEqual(before);
    });

    it('goes on while sessions are erased, and neither leaves a lock or a setting behind', async () => {
      scene.write(Array.from({ length: 500 }, (_, i) => `t${i}`));
      const asked = { by: 'ann', why: 'a letter' };
      const forget = (id: string) =>
        erase(scene.sql, { subject: { source: 'test', kind: 'session', id }, ...asked });
      const receipts = await Promise.all(['s1', 's2', 's3', 's4', 's5'].map(forget));
      expect(receipts.map(({ versions }) => versions)).toEqual([1, 1, 1, 1, 1]);
      await scene.settled(1_501);
      expect(await scene.tables()).toMatchObject({ sessions: 1_500, payloads: 1_495 });
      const held = await admin`
        select 1 from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`;
      expect(held).toHaveLength(0);
      expect(await atOnce(async (tx) => tx`show lock_timeout`)).toEqual(
        Array(poolSize).fill([{ lock_timeout: '0' }]),
      );
    });

    it('shares few connections among many, and names no statement', async () => {
      const asked = Array.from(
        { length: 30 },
        (_, i) => scene.sql<{ pid: number }[]>`select pg_backend_pid() as pid where ${i} < 30`,
      );
      const pids = (await Promise.all(asked)).map(([row]) => row?.pid);
      expect(new Set(pids).size).toBeLessThanOrEqual(poolSize);
      expect(await atOnce(async (tx) => tx`select name from pg_prepared_statements`)).toEqual(
        Array(poolSize).fill([]),
      );
    });

    /** The same on every connection of the pooler. */
    async function atOnce<T>(ask: (tx: Parameters<typeof holdErasures>[0]) => Promise<T>) {
      let inside = 0;
      let all: () => void = () => undefined;
      const everybody = new Promise<void>((resolve) => {
        all = resolve;
      });
      return await Promise.all(
        Array.from({ length: poolSize }, async () => {
          const { value } = await scene.sql.begin(async (tx) => {
            await tx`select 1`;
            inside += 1;
            if (inside === poolSize) all();
            await everybody;
            return { value: [...((await ask(tx)) as never[])] };
          });
          return value;
        }),
      );
    }
  });
});

/** Resolves when somebody has waited that long for a lock of this database. */
async function untilAwaitedFor(sql: Sql, ms: number): Promise<void> {
  for (;;) {
    const rows = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and clock_timestamp() - query_start > ${ms} * interval '1 millisecond'`;
    if (rows.length > 0) return;
  }
}
