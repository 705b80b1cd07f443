import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../adapters/postgres/database.ts';
import { readLedger } from '../../adapters/postgres/ledger-facts.ts';
import { subjectSha256 } from '../../domain/erasure.ts';
import type { Sql } from '../../ports/database.ts';
import type { MessageBus } from '../../ports/message-bus.ts';
import { type TestDatabase, testDatabase } from '../../testing/database.ts';
import { ledgerScene, sceneOffsets } from '../../testing/ledger-scene.ts';
import { untilLockAwaited } from '../../testing/until-lock-awaited.ts';
import { affectedModels } from './affected-models.ts';
import { erase } from './erase.ts';
import { erasedVersions, forgottenSessions, lockForErasure } from './erased-versions.ts';
import { wouldErase } from './holdings.ts';

let database: TestDatabase;
let sql: Sql;
let bus: Pick<MessageBus, 'offsets'>;
/** Of the scene: sessions s4 (another one has none), s5 of u"1 and so on, three a user. */
const user = { source: 'app', kind: 'user', id: 'u"2' } as const;
const asked = { by: 'ann', why: 'a letter' };

beforeAll(async () => {
  database = await testDatabase();
  sql = connect(database.url, { max: 4 });
  await ledgerScene(sql, 40);
  // what the user wrote, wherever a session's text lies
  await sql`update payloads p set bytes = 'canary' from sessions s
    where p.session_id = s.session_id and s.user_id = ${user.id}`;
  await sql`update verdicts v set cleaned = '{"text": "canary"}' from sessions s
    where v.session_id = s.session_id and s.user_id = ${user.id} and v.cleaned is not null`;
  await sql`update examples e set content = '{"anchor": "canary"}', user_id = ${user.id} from sessions s
    where e.session_id = s.session_id and s.user_id = ${user.id}`;
  await sql`update dead_letters set bytes = ${Buffer.from(`{"user_id": ${JSON.stringify(user.id)}, "text": "canary`)}`;
  bus = await sceneOffsets(sql);
});
afterAll(async () => {
  await sql.end({ timeout: 2 });
  await database.drop();
});

/** Rows of any table that hold the text, with their tables. */
async function rowsWith(text: string): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`;
  const hex = Buffer.from(text).toString('hex');
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql`
      select 1 from ${sql(name)} t
      where position(${text} in t::text) > 0 or position(${hex} in t::text) > 0`;
    if (rows.length > 0) found.push(name);
  }
  return found;
}

it('wouldErase() counts what would go and writes nothing', async () => {
  const before = await readLedger(sql, bus);
  const receipt = await wouldErase(sql, user);
  expect(receipt).toMatchObject({ sessions: 2, versions: 2, dead_letters: 1 });
  expect(receipt.examples).toBeGreaterThan(0);
  expect(await readLedger(sql, bus)).toEqual(before);
  expect(await rowsWith('canary')).toEqual(['dead_letters', 'examples', 'payloads', 'verdicts']);
});

it('names a model between two trainings on one dataset: what was added between them is gone', async () => {
  const undone = new Error('undone');
  const found = sql.begin(async (tx) => {
    const [first] = await tx<{ sha256: string; job: string }[]>`
      select d.sha256, m.job_id::text as job from datasets d join models m on m.dataset_sha256 = d.sha256 limit 1`;
    await tx`
      insert into datasets select 'between', model_name, model_type, manifest_path, counts, holdout_sha256,
        created_at + interval '1 minute' from datasets where sha256 = ${first?.sha256 ?? ''}`;
    for (const [id, dataset, minutes] of [
      ['model-3', 'between', 1],
      ['model-4', first?.sha256 ?? '', 2],
    ] as const)
      await tx`
        insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256, base,
          metrics, decision, sentence, report, created_at)
        values (${id}, ${first?.job ?? ''}, 1, 'default', 'embedding', 'p', 'h', ${dataset}, 'b', '{}', 'refused', 's', '{}',
          now() + make_interval(mins => ${minutes}))`;
    const models = await affectedModels(tx, [{ source: 'app', sessionId: 's7', version: 1 }]);
    expect(models.map(({ model_id, certain }) => [model_id, certain])).toEqual([
      ['model-1', true],
      ['model-2', true],
      ['model-3', false],
      ['model-4', true],
    ]);
    throw undone;
  });
  await expect(found).rejects.toBe(undone);
});

it('wouldErase() waits for nobody, and nobody for it', async () => {
  await sql.begin(async (tx) => {
    await lockForErasure(tx);
    expect(await wouldErase(sql, user)).toMatchObject({ versions: 2 });
  });
});

it('takes a user out of every table, names the models, and the ledger balances', async () => {
  const expected = await wouldErase(sql, user);
  const receipt = await erase(sql, { subject: user, ...asked });
  const { in_kafka_until: until, ...rest } = receipt;
  expect({ ...expected, in_kafka_until: null }).toEqual({ ...rest, in_kafka_until: null });
  expect(Date.parse(until ?? '') - Date.parse(expected.in_kafka_until ?? '')).toBeLessThan(60_000);
  expect(
    receipt.models.map(({ model_id, use, certain, champion }) => ({
      model_id,
      use,
      certain,
      champion,
    })),
  ).toEqual([
    { model_id: 'model-1', use: 'trained', certain: true, champion: true },
    { model_id: 'model-2', use: 'trained', certain: true, champion: false },
  ]);
  expect(await rowsWith('canary')).toEqual([]);
  expect(await rowsWith('u"2')).toEqual([]);
  expect((await readLedger(sql, bus)).problems).toEqual([]);
  const receipts = await sql<{ versions: number; letters: number }[]>`
    select (detail->>'versions')::int as versions, (detail->>'dead_letters')::int as letters from audit
    where action = 'erased' and detail->>'why' = 'a letter' order by 1`;
  expect([...receipts]).toEqual([
    { versions: 0, letters: 1 },
    { versions: 2, letters: 0 },
  ]);
});

it('takes nothing when it is asked for again, and leaves no second record', async () => {
  const again = await erase(sql, { subject: user, ...asked });
  expect(again).toMatchObject({ versions: 0, examples: 0, dead_letters: 0, models: [] });
  expect((await readLedger(sql, bus)).balanced).toBe(true);
  expect(await sql`select 1 from audit where action = 'forgotten'`).toHaveLength(4); // the user, two sessions, and that of the scene
});

it('refuses at the door what comes of it later, and nothing of others', async () => {
  const arriving = [
    { source: 'app', sessionId: 'new', userId: user.id },
    { source: 'app', sessionId: 's9', userId: null },
    { source: 'other', sessionId: 's9', userId: user.id },
    { source: 'app', sessionId: user.id, userId: 's9' },
  ];
  const refused = await sql.begin(async (tx) => ({ all: await forgottenSessions(tx, arriving) }));
  expect(arriving.map((session) => refused.all.has(session))).toEqual([true, true, false, false]);
});

it('leaves the side of a user who has other sessions, and drops that of the last one', async () => {
  const sideOf = () => sql`select 1 from sides where group_key::jsonb = '["app", "user", "u\\"4"]'`;
  const sessions = await sql<{ id: string }[]>`
    select session_id as id from sessions where user_id = 'u"4' order by 1`;
  expect(sessions.length).toBeGreaterThan(1);
  for (const [i, { id }] of sessions.entries()) {
    await erase(sql, { subject: { source: 'app', kind: 'session', id }, ...asked });
    expect(await sideOf()).toHaveLength(i === sessions.length - 1 ? 0 : 1);
  }
  expect((await readLedger(sql, bus)).problems).toEqual([]);
});

it('waits for a batch that is being written, and that batch for the next one', async () => {
  const subject = { source: 'app', kind: 'session', id: 's25' } as const;
  const key = { source: 'app', sessionId: 's25', version: 1 };
  let erasing: Promise<unknown> = Promise.resolve();
  await sql.begin(async (tx) => {
    expect((await erasedVersions(tx, [key])).has(key)).toBe(false);
    erasing = erase(sql, { subject, ...asked });
    await untilLockAwaited(sql);
    await tx`
      insert into examples (id, revision, source, session_id, version, kind, technique, position, content, content_sha256, features)
      values ('late', 'e1', 'app', 's25', 1, 'pair', 'original', 9, '{"anchor": "late canary"}', 'c', '{}')`;
  });
  await erasing;
  expect(await rowsWith('late canary')).toEqual([]);
  const after = await sql.begin(async (tx) => ({
    gone: (await erasedVersions(tx, [key])).has(key),
  }));
  expect(after.gone).toBe(true);
  expect(
    await sql`select 1 from tombstones where subject_sha256 = ${subjectSha256(subject)}`,
  ).toHaveLength(1);
});

it('takes a session whole, whoever its other versions name, and refuses the next one', async () => {
  const ofVersion = (version: number, userId: string | null) => sql`
    insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count, bytes,
      origin, received_at)
    values ('app', 'corrected', ${version}, ${userId}, 'closed', 'p', ${`c${version}`}, 12, 900, 'http', now())`;
  for (const [i, userId] of ['wrong', null, 'right'].entries()) await ofVersion(i + 1, userId);
  await sql`insert into payloads select source, session_id, version, 'late canary'::bytea from sessions where session_id = 'corrected'`;
  const subject = { source: 'app', kind: 'user', id: 'right' } as const;
  expect(await erase(sql, { subject, ...asked })).toMatchObject({ sessions: 1, versions: 3 });
  expect(await rowsWith('late canary')).toEqual([]);
  const next = { source: 'app', sessionId: 'corrected', userId: null };
  const refused = await sql.begin(async (tx) => ({ all: await forgottenSessions(tx, [next]) }));
  expect(refused.all.has(next)).toBe(true);
});

it('goes on with the sessions that were left when it was cut off between two pages', async () => {
  const subject = { source: 'app', kind: 'user', id: 'much' } as const;
  await sql`
    insert into sessions select 'app', 'much-' || i, 1, 'much', 'closed', 'p', 'much-' || i, 12, 900, 'kafka', null, now()
    from generate_series(1, 450) i`;
  await sql`insert into payloads select source, session_id, 1, 'much canary'::bytea from sessions where user_id = 'much'`;
  const ids = (
    await sql<{ id: string }[]>`
    select session_id as id from sessions where user_id = 'much'`
  ).map(({ id }) => id);
  await sql`
    insert into dead_letters (id, stage, topic, partition, record_offset, headers, bytes, sha256, code, message)
    values (gen_random_uuid(), 'ingestor', 'events', 0, 77, '{}', ${Buffer.from(`'${ids.at(-1)}', much canary`)}, 'y', 'c', 'm')`;
  await sql.unsafe(`
    create function cut_off() returns trigger language plpgsql as $$ begin raise 'cut off'; end $$;
    create trigger cut_off before update on sessions for each row when (old.session_id = '${ids.toSorted()[300]}')
      execute function cut_off()`);
  await expect(erase(sql, { subject, ...asked })).rejects.toThrow('cut off');
  await sql`drop trigger cut_off on sessions`;
  const left = await sql`select 1 from payloads where session_id like 'much-%'`;
  expect(left).toHaveLength(250);
  expect(await erase(sql, { subject, ...asked })).toMatchObject({ sessions: 250 });
  expect(await rowsWith('much canary')).toEqual([]);
  const problems = (await readLedger(sql, bus)).problems.map(({ name }) => name);
  expect(
    problems.filter((name) => /^(erased|tombstones|purged|payloads|sessions without)/.test(name)),
  ).toEqual([]);
});
