import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { type StoreWorld, storeWorld } from '@millrace/shared/testing/store-world';
import { readText } from '@millrace/text/tokens';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { augmentorRevision, augmentorSettings } from '../core/augmentor-revision.ts';
import { begin, decide } from '../core/decide.ts';
import { draftOf } from '../core/session-draft.ts';
import { loadFacts } from '../facts.ts';
import { saveAugmented } from '../rows.ts';
import { readSynonyms } from '../synonym-table.ts';
import { type RemakeOptions, remake, type SessionExamplesChange } from './remake.ts';

const usual = settingsSchema.parse({});
const plain = settingsSchema.parse({ augmentation: { copies_per_example: 0 } });
const digests = { encoder: null, maskedLm: null, translator: null };
const tools = { synonyms: readSynonyms(), read: readText };
let world: StoreWorld;
let sql: StoreWorld['sql'];
beforeAll(async () => {
  world = await storeWorld();
  sql = world.sql;
});
afterAll(() => world.close());
beforeEach(async () => {
  await sql`truncate sessions, verdicts, augmentations, examples, sides, revisions, audit, outbox`;
});

const ids = Array.from({ length: 130 }, (_, i) => `s${String(i).padStart(3, '0')}`);

/** Kept sessions of a validator `v1`, augmented by these settings as the stage does it. */
async function augmented(settings: Settings, without: readonly string[] = []): Promise<void> {
  const { store } = world;
  const messages = [
    {
      role: 'user',
      content: 'I really want to book a cheap apartment very close to the station',
      timestamp: null,
    },
    { role: 'assistant', content: 'Which town do you mean?', timestamp: null },
  ];
  const cleaned = JSON.stringify({ conversation_data: { messages } });
  for (const id of ids)
    await sql`
      insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
      values ('test', ${id}, 1, ${`u${id}`}, 'closed', ${id}, ${id}, 2, 400, 'kafka', now())`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    select source, session_id, version, 'v1', 'kept', 1, '[]', '{}', ${cleaned}::text::jsonb from sessions`;
  const revision = augmentorRevision(settings, digests);
  await recordRevision(store, {
    stage: 'augmentor',
    revision,
    settings: augmentorSettings(settings, digests),
  });
  const wanted = ids
    .filter((id) => !without.includes(id))
    .map((session_id) => ({ source: 'test', session_id, version: 1, revision: 'v1' }));
  const facts = await loadFacts(wanted, sql);
  const decisions = wanted.flatMap((data) => {
    const begun = begin(data, facts.of(data), { settings, revision });
    if (begun.kind !== 'begun') return [];
    const draft = draftOf(begun.session, { settings, side: begun.side, tools });
    return [decide(begun, { settings, draft, similarity: null })];
  });
  await store.transaction((tx) => saveAugmented(tx, decisions));
}

async function run(options: Partial<RemakeOptions> & { readonly settings: Settings }) {
  const changes: SessionExamplesChange[] = [];
  const sums: Record<string, number> = {};
  const given = {
    digests,
    encoder: null,
    translate: null,
    maskedLm: null,
    validator: 'v1',
    filter: {},
    dryRun: false,
    signal: new AbortController().signal,
    now: () => 0,
  };
  for await (const page of remake(world.store, { ...given, ...options })) {
    changes.push(...page.changes);
    for (const [name, n] of Object.entries(page.counts)) sums[name] = (sums[name] ?? 0) + n;
  }
  return { changes, sums };
}

const examplesNow = async () => {
  const rows = await sql<{ id: string; content_sha256: string }[]>`
    select e.id, e.content_sha256 from examples e
    join revisions x on x.stage = 'examples' and x.revision = e.revision
    where x.settings->>'augmentor' = (select revision from revisions where stage = 'augmentor' order by last_seen desc limit 1)`;
  return new Map(rows.map((row) => [row.id, row.content_sha256]));
};

it('remake() lists without writing exactly the examples that it changes then; a second time nothing is left', async () => {
  await augmented(usual);
  const before = await examplesNow();
  const dry = await run({ settings: plain, dryRun: true });
  expect(await examplesNow()).toEqual(before);
  const done = await run({ settings: plain });
  expect(done.changes).toEqual(dry.changes);
  expect(done.sums).toMatchObject({ sessions: 130, made: 130, unreadable: 0 });
  const after = await examplesNow();
  const gone = [...before.keys()].filter((id) => !after.has(id)).length;
  expect(gone).toBeGreaterThan(0);
  expect(dry.changes.reduce((sum, change) => sum + change.removed, 0)).toBe(gone);
  expect(dry.changes.reduce((sum, change) => sum + change.added + change.changed, 0)).toBe(0);
  expect(await sql`select 1 from outbox`).toHaveLength(130);
  const [record] =
    await sql`select sum((detail->>'count')::int)::int as n from audit where action = 'augmented_again'`;
  expect(record?.['n']).toBe(130);
  expect(await run({ settings: plain })).toMatchObject({ changes: [], sums: { made: 0 } });
  expect((await run({ settings: usual })).sums['made']).toBe(0);
  expect(await examplesNow()).toEqual(before);
});

it('remake() says what it leaves alone: erased, on its way, not judged by the settings of now', async () => {
  await augmented(usual, ['s001']);
  await sql`update sessions set state = 'erased' where session_id = 's000'`;
  await sql`delete from verdicts where session_id = 's002'`;
  const { sums } = await run({ settings: plain });
  expect(sums).toMatchObject({ sessions: 130, made: 127, erased: 1, waiting: 1, unjudged: 1 });
  expect((await run({ settings: usual, filter: { sessionId: 's003' } })).sums['sessions']).toBe(1);
});
