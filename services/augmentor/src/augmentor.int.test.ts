import { settingsSchema } from '@millrace/shared/contracts/settings';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { examplesRevision } from '@millrace/shared/domain/revision';
import { groupOf, sideOf } from '@millrace/shared/domain/side';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';
import { augmentorWorld } from './testing/augmentor-world.ts';
import { wordEncoder } from './testing/word-encoder.ts';

// the band of an encoder that knows no meaning: one word of ten is far from it
const settings = settingsSchema.parse({ augmentation: { gate: { min_similarity: 0.3 } } });
let world: Awaited<ReturnType<typeof augmentorWorld>>;
let running: Running;
const encoder = wordEncoder();
const digests = { encoder: 'of the words', maskedLm: null, translator: null };
const revision = augmentorRevision(settings, digests);

beforeAll(async () => {
  world = await augmentorWorld();
  const { runtime } = world;
  await recordRevision(runtime.store, {
    stage: 'augmentor',
    revision,
    settings: augmentorSettings(settings, digests),
  });
  const { metrics } = runtime;
  const models = { encoder, translate: null, maskedLm: null };
  const stage = augmentor({ settings, revision, synonyms: readSynonyms(), ...models, metrics });
  running = await runStage(stage, runtime);
});

afterAll(async () => {
  await running.stop(5000);
  await world.close();
});

/** A kept session as the validator leaves it. */
async function keep(
  sessionId: string,
  version: number,
  userId: string | null,
  state = 'closed',
): Promise<void> {
  const { sql } = world;
  const messages = [
    {
      role: 'user',
      content: `I really want to book a cheap apartment for ${sessionId}, version ${version}`,
      timestamp: null,
    },
    { role: 'assistant', content: 'Which town, "Berlin" or \\ elsewhere? 👍', timestamp: null },
    {
      role: 'user',
      content: 'Can you please find something very close to the station, {"really": 1}',
      timestamp: null,
    },
    { role: 'assistant', content: 'There is one.', timestamp: null },
  ];
  const hash = sha256Hex(`${sessionId}@${version}`);
  await sql`
    insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count, bytes, origin, received_at)
    values ('test', ${sessionId}, ${version}, ${userId}, ${state}, ${hash}, ${hash}, 4, 400, 'kafka', now())`;
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    values ('test', ${sessionId}, ${version}, 'v1', 'kept', 1, '[]', '{}',
      ${JSON.stringify({ conversation_data: { messages } })}::text::jsonb)`;
}

/** Every row that a replay could change. */
async function checksums(): Promise<Record<string, string>> {
  const { sql } = world;
  const sums: Record<string, string> = {};
  for (const table of ['augmentations', 'examples', 'sides']) {
    const [row] = await sql<{ sum: string }[]>`
      select count(*) || ':' || md5(coalesce(string_agg(t::text, ';' order by t::text), '')) as sum from ${sql(table)} t`;
    sums[table] = row?.sum ?? '';
  }
  return sums;
}

/** A user on the wanted side. */
function userOn(side: 'train' | 'holdout'): string {
  const split = settings.training.validation_split;
  const found = Array.from({ length: 200 }, (_, i) => `user${i}`).find(
    (userId) => sideOf(groupOf({ source: 'test', sessionId: '', userId }), split) === side,
  );
  if (found === undefined) throw new RangeError(`none of 200 users is on the side ${side}`);
  return found;
}

const place = (sessionId: string, version = 1) => ({ sessionId, version });

it('makes examples of a kept session once, whatever is delivered again', async () => {
  const { sql, heard, announce } = world;
  await keep('a/b "1"', 1, userOn('train'));
  await keep('held', 1, userOn('holdout'));
  await announce([place('a/b "1"'), place('held'), place('a/b "1"')]);
  await Promise.all([heard.until('a/b "1"@1'), heard.until('held@1')]);

  const counts = await sql`
    select session_id, side, pairs, chats, (select count(*)::int from examples e where e.session_id = a.session_id) as examples,
      (select count(*)::int from examples e where e.session_id = a.session_id and technique <> 'original') as copies
    from augmentations a order by session_id`;
  const [train, held] = counts;
  expect(train).toMatchObject({ session_id: 'a/b "1"', side: 'train', chats: 1 });
  expect(train?.['copies']).toBeGreaterThanOrEqual(3);
  expect(train?.['pairs']).toBe(2 + train?.['copies']);
  expect(train?.['examples']).toBe(3 + train?.['copies']);
  expect(held).toEqual({
    session_id: 'held',
    side: 'holdout',
    pairs: 2,
    chats: 1,
    examples: 3,
    copies: 0,
  });
  // one list a session, however often it is delivered, and none of the holdout side
  expect(new Set(encoder.lists.map((list) => JSON.stringify(list))).size).toBe(1);
  const [chat] =
    await sql`select content from examples where kind = 'chat' and session_id = 'held'`;
  expect(chat?.['content'].messages[1]).toEqual({
    role: 'assistant',
    content: 'Which town, "Berlin" or \\ elsewhere? 👍',
  });

  const before = await checksums();
  await announce([place('held'), place('a/b "1"'), place('a/b "1"')]);
  await keep('marker', 1, userOn('holdout'));
  await announce([place('marker')]);
  await heard.until('marker@1');
  await sql`delete from examples where session_id = 'marker'`;
  await sql`delete from augmentations where session_id = 'marker'`;
  expect(await checksums()).toEqual(before);
  expect(heard.events.filter((event) => event.session_id !== 'marker')).toHaveLength(2);
  const [progress] = await sql`select duplicate::int from progress where stage = 'augmentor'`;
  expect(progress?.['duplicate']).toBe(4);
});

it('passes over older versions and erased sessions, and sets aside what nobody judged', async () => {
  const { sql, heard, announce } = world;
  await keep('moved', 1, null);
  await keep('moved', 2, null);
  await keep('gone', 1, null, 'erased');
  await announce([place('moved', 1), place('gone'), place('nobody'), place('moved', 2)]);
  await heard.until('moved@2');
  const rows = await sql`
    select session_id, version from augmentations where session_id in ('moved', 'gone', 'nobody')`;
  expect(rows).toEqual([{ session_id: 'moved', version: 2 }]);
  const [progress] =
    await sql`select superseded::int, erased::int from progress where stage = 'augmentor'`;
  expect(progress).toEqual({ superseded: 1, erased: 1 });
  const dead = await sql`select code from dead_letters`;
  expect(dead).toEqual([{ code: 'MILLRACE_PROCESSING_NOT_FOUND' }]);
});

it('gives a group the side that was stored, not the one that the split would give now', async () => {
  const { sql, heard, announce } = world;
  const userId = userOn('train').replace('user', 'other');
  const group = groupOf({ source: 'test', sessionId: '', userId });
  const stored =
    sideOf(group, settings.training.validation_split) === 'train' ? 'holdout' : 'train';
  await sql`insert into sides (group_key, side) values (${group}, ${stored})`;
  await keep('stored', 1, userId);
  await announce([place('stored')]);
  await heard.until('stored@1');
  const [row] = await sql`select side from augmentations where session_id = 'stored'`;
  expect(row?.['side']).toBe(stored);
});

it('keys examples by the verdict that they are made of, and makes them of an accepted session too', async () => {
  const { sql, heard, announce } = world;
  await keep('judged twice', 1, null);
  await sql`
    insert into verdicts (source, session_id, version, revision, verdict, override, quality, findings, metrics, cleaned)
    select source, session_id, version, 'v2', 'rejected', 'kept', quality, findings, metrics, cleaned from verdicts
    where session_id = 'judged twice'`;
  await announce([place('judged twice'), { ...place('judged twice'), revision: 'v2' }]);
  await heard.until('judged twice@1');
  await keep('after', 1, null);
  await announce([place('after')]);
  await heard.until('after@1');
  const expected = ['v1', 'v2'].map((validator) =>
    examplesRevision({ validator, augmentor: revision }),
  );
  const rows = await sql`
    select revision, pairs, (select count(*)::int from examples e where e.session_id = a.session_id
      and e.revision = a.revision and kind = 'pair') as there
    from augmentations a where session_id = 'judged twice'`;
  expect(new Set(rows.map((row) => row['revision']))).toEqual(new Set(expected));
  for (const { pairs, there } of rows) expect(there).toBe(pairs);
  expect(await sql`select 1 from audit where action = 'augmented_again'`).toHaveLength(0);
});

it('writes nothing of a session that is erased while its copies are measured', async () => {
  const { sql, runtime, announce, heard } = world;
  await keep('racing', 1, 'u-racing');
  await keep('behind', 1, null);
  const subject = { source: 'test', kind: 'user', id: 'u-racing' } as const;
  const inner = encoder.encode;
  const erasing = {
    encode: async (...asked: Parameters<typeof inner>) => {
      await erase(sql, { subject, by: 'ann', why: 'a test' }); // once, the others find nothing
      return await inner(...asked);
    },
  };
  await running.stop(5000);
  const models = { encoder: erasing, translate: null, maskedLm: null };
  const { metrics } = runtime;
  running = await runStage(
    augmentor({ settings, revision, synonyms: readSynonyms(), ...models, metrics }),
    runtime,
  );
  await announce([place('racing'), place('behind')]);
  await heard.until('behind@1');
  for (const table of ['augmentations', 'examples'])
    expect(await sql`select 1 from ${sql(table)} where session_id = 'racing'`).toHaveLength(0);
  expect(await sql`select 1 from sides where group_key like '%u-racing%'`).toHaveLength(0);
  const [progress] = await sql`select erased::int from progress where stage = 'augmentor'`;
  expect(progress).toEqual({ erased: 2 });
});
