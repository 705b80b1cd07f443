import {
  type ChatExample,
  contentSha256,
  type Example,
  exampleId,
  type PairExample,
} from '@millrace/shared/domain/example';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { Side } from '@millrace/shared/domain/side';
import type { Sql } from '@millrace/shared/ports/database';
import { aPair } from '@millrace/shared/testing/a-pair';
import { groupOfExample } from '../core/user-share.ts';

const things = ['kettle', 'lamp', 'bicycle', 'oven', 'ladder', 'camera', 'tent', 'radio'];
const faults = ['leaks', 'rattles', 'smells odd', 'stays cold', 'will not start', 'flickers'];

/** Pairs of `users` users with three pairs each, no two alike; every fifth user is held out. */
export function somePairs(users: number): { pairs: PairExample[]; sides: Map<string, Side> } {
  const pairs = Array.from({ length: users }, (_, user) =>
    [0, 1, 2].map((position) => {
      const thing = things[(user + position) % things.length];
      const fault = faults[(user * 3 + position) % faults.length];
      return aPair({
        session: `session ${user}`,
        user: `user ${user}`,
        position,
        anchor: `${code(user, position)} my ${thing} ${fault}`,
        positive: `${code(position, user)} open the ${thing}, it ${fault} when wet`,
      });
    }),
  ).flat();
  const sides = new Map(
    pairs.map((pair): [string, Side] => [
      groupOfExample(pair),
      Number(pair.userId?.slice(5)) % 5 === 0 ? 'holdout' : 'train',
    ]),
  );
  return { pairs, sides };
}

/** A chat of `users` users with two answers each, no two alike; every fifth user is held out. */
export function someChats(users: number): { chats: ChatExample[]; sides: Map<string, Side> } {
  const { pairs, sides } = somePairs(users);
  const bySession = Map.groupBy(pairs, (pair) => pair.key.sessionId);
  const chats = [...bySession].flatMap(([session, own]): ChatExample[] => {
    const [first] = own;
    if (first === undefined) return [];
    const identity = { kind: 'chat', technique: 'original', position: 0, copy: 0 } as const;
    return [
      {
        ...first,
        kind: 'chat',
        id: exampleId({ ...identity, key: first.key, sessionSha256: session }),
        messages: own.slice(0, 2).flatMap(({ anchor, positive }) => [
          { role: 'user' as const, content: anchor },
          { role: 'assistant' as const, content: positive },
        ]),
      },
    ];
  });
  return { chats, sides };
}

/** Text that differs in most of its letters from that of other numbers: no near-duplicates by accident. */
const code = (a: number, b: number): string =>
  [7, 11, 13, 17, 19, 23].map((n) => ((a + 3) * n * n + (b + 5) * n * 31).toString(36)).join(' ');

/** What a split reads of a session: its label, one of two, and its time. */
const cleanedOf = (sessionId: string): object => ({
  conversation_data: {
    messages: [{ role: 'user', content: '', timestamp: '2026-01-01T00:00:00Z' }],
    metadata: { labels: { topic: sessionId.length % 2 === 0 ? 'garden' : 'kitchen' } },
  },
});

/** Put pairs into the database as the stages before would have. */
export const storePairs = (
  sql: Sql,
  { pairs, sides }: ReturnType<typeof somePairs>,
  augmentor = 'a1',
): Promise<void> => storeExamples(sql, { examples: pairs, sides }, augmentor);

export interface SomeExamples {
  readonly examples: readonly Example[];
  readonly sides: ReadonlyMap<string, Side>;
}

export async function storeExamples(
  sql: Sql,
  { examples, sides }: SomeExamples,
  augmentor = 'a1',
): Promise<void> {
  const revision = examplesRevision({ validator: 'v1', augmentor });
  const bySession = Map.groupBy(examples, (example) => example.key.sessionId);
  for (const [stage, found] of [
    ['validator', 'v1'],
    ['augmentor', augmentor],
    ['examples', revision],
  ] as const) {
    await sql`insert into revisions (stage, revision, settings) values (${stage}, ${found}, '{}') on conflict do nothing`;
  }
  for (const [group, side] of sides) {
    await sql`insert into sides (group_key, side) values (${group}, ${side}) on conflict do nothing`;
  }
  for (const [sessionId, own] of bySession) {
    const userId = own[0]?.userId ?? null;
    const version = own[0]?.key.version ?? 1;
    await sql`
      insert into sessions (source, session_id, version, user_id, state, payload_sha256, session_sha256, message_count,
        bytes, origin, received_at)
      values ('test', ${sessionId}, ${version}, ${userId}, 'closed', '', ${`${sessionId}@${version}`}, 6, 100, 'kafka', now())`;
    const cleaned = JSON.stringify(cleanedOf(sessionId));
    await sql`
      insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
      values ('test', ${sessionId}, ${version}, 'v1', 'kept', 1, '[]', '{}', ${cleaned}::text::jsonb)
      on conflict do nothing`;
    await sql`
      insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques)
      values ('test', ${sessionId}, ${version}, ${revision}, 'train', ${countOf(own, 'pair')}, ${countOf(own, 'chat')}, '{}')`;
  }
  for (const [position, example] of examples.entries()) {
    const { id, key, kind } = example;
    const content = JSON.stringify(
      example.kind === 'pair'
        ? { anchor: example.anchor, positive: example.positive }
        : { messages: example.messages },
    );
    await sql`
      insert into examples (id, revision, source, session_id, version, user_id, kind, technique, parent_id, position,
        content, content_sha256, features)
      values (${id}, ${revision}, 'test', ${key.sessionId}, ${key.version}, ${example.userId}, ${kind},
        ${example.technique}, ${example.parentId}, ${position}, ${content}::text::jsonb, ${contentSha256(example)}, '{}')`;
  }
}

const countOf = (examples: readonly Example[], kind: Example['kind']): number =>
  examples.filter((example) => example.kind === kind).length;
