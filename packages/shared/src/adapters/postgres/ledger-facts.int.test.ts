import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topics } from '../../contracts/topics.ts';
import { groupOf } from '../../domain/side.ts';
import type { Sql } from '../../ports/database.ts';
import type { MessageBus } from '../../ports/message-bus.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { ledgerScene, sceneOffsets } from '../../testing/ledger-scene.ts';
import { connect } from './database.ts';
import { readLedger } from './ledger-facts.ts';

describe('readLedger()', () => {
  let database: TestDatabase;
  let sql: Sql;
  let bus: Pick<MessageBus, 'offsets'>;

  beforeAll(async () => {
    database = await testDatabase();
    sql = connect(database.url, { max: 4 });
    await ledgerScene(sql, 40);
    bus = await sceneOffsets(sql);
  });
  afterAll(async () => {
    await sql.end({ timeout: 2 });
    await database.drop();
  });

  it('balances a fleet at rest, and says where everything went and what waits', async () => {
    const ledger = await readLedger(sql, bus);
    expect(ledger.problems).toEqual([]);
    expect(ledger.balanced).toBe(true);
    expect(ledger.stages['ingestor']).toEqual({
      in: 49,
      went: { applied: 42, gathered: 6, duplicate: 0, superseded: 0, erased: 0, noted: 0, dead: 1 },
      waiting: 0,
    });
    expect(ledger.open).toEqual({ sessions: 1, messages: 2 });
    expect(ledger.stages['validator']).toMatchObject({
      in: 42,
      went: { kept: 33, rejected: 9 },
      waiting: 1,
    });
    expect(ledger.stages['augmentor']).toMatchObject({ in: 33, went: { kept: 33 }, waiting: 1 });
    expect(ledger.stages['trainer']).toMatchObject({ in: 37, went: { requested: 3, noted: 34 } });
    expect(ledger.dataset).toEqual({
      ready: 10,
      train: 5,
      holdout: 2,
      not_sampled: 1,
      'dropped.duplicate': 2,
    });
  });

  it('does not balance when any one row of any table is gone', async () => {
    const tables = await sql<{ name: string }[]>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
    expect(tables.length).toBeGreaterThan(15);
    const unnoticed: string[] = [];
    for (const { name } of tables) {
      const rows = await sql<
        { ctid: string }[]
      >`select ctid::text from ${sql(name)} order by random() limit 12`;
      expect(rows.length, `the scene has a row in ${name}`).toBeGreaterThan(0);
      for (const { ctid } of rows) {
        const gone = await sql.unsafe(`delete from "${name}" where ctid = '${ctid}' returning *`);
        const ledger = await readLedger(sql, bus);
        if (ledger.balanced) unnoticed.push(`${name}: ${JSON.stringify(gone[0])}`);
        await putBack(name, gone[0]);
      }
    }
    expect(unnoticed).toEqual([]);
    expect((await readLedger(sql, bus)).balanced).toBe(true);
  }, 120_000);

  /** With the types of its columns, through JSON: bytea and timestamps survive it. */
  async function putBack(table: string, row: unknown): Promise<void> {
    await sql.unsafe(
      `insert into "${table}" select * from jsonb_populate_record(null::"${table}", $1::text::jsonb)`,
      [
        JSON.stringify(row, (_key, value: unknown) =>
          isBuffer(value) ? `\\x${Buffer.from(value.data).toString('hex')}` : value,
        ),
      ],
    );
  }

  it('misses a training that was asked for and is neither taken nor on its way', async () => {
    await sql`
      insert into audit (id, action, subject, detail) values (gen_random_uuid(), 'training_requested', 'request-3', '{}')`;
    expect((await readLedger(sql, bus)).problems.map((p) => p.name)).toEqual([
      'training requests neither taken nor waiting for the trainer',
    ]);
    await sql`
      insert into outbox (id, topic, key, headers, value)
      values (gen_random_uuid(), ${topics.trainingRequested.name}, 'k', '{}', 'x')`;
    expect((await readLedger(sql, bus)).balanced).toBe(true);
    await sql`delete from audit where subject = 'request-3'`;
    await sql`delete from outbox where key = 'k'`;
  });

  it('finds a side by the group that domain/side.ts names, whatever its characters', async () => {
    const odd = { source: 'a"\\/é😀', sessionId: 's\u2028ü', userId: 'u"\\' };
    const [row] = await sql<{ key: unknown }[]>`select ${groupOf(odd)}::text::jsonb as key`;
    expect(row?.key).toEqual([odd.source, 'user', odd.userId]);
  });

  it('counts a session judged again under another revision once', async () => {
    const judged = (id: string) => sql`
      insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
      select source, session_id, version, 'v2', 'rejected', 0.1, '[]', '{}', null from verdicts where session_id = ${id}`;
    const augmented = (id: string) => sql`
      insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques)
      select source, session_id, version, 'e2', side, 0, 0, '{}' from augmentations where session_id = ${id}`;
    await judged('s7');
    await augmented('s7');
    const ledger = await readLedger(sql, bus);
    expect(ledger.stages['validator']).toMatchObject({ in: 42, went: { kept: 33, rejected: 9 } });
    expect(ledger.stages['augmentor']).toMatchObject({ in: 33, went: { kept: 33 } });
    expect(ledger.problems.map((p) => p.name).sort()).toEqual([
      'facts without an event on millrace.examples.ready or in the outbox',
      'facts without an event on millrace.session.rejected or in the outbox',
      'later augmentations that differ from their records',
      'later verdicts that differ from their records',
    ]);
  });
});

const isBuffer = (value: unknown): value is { type: 'Buffer'; data: number[] } =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer';
