import { topics } from '@millrace/shared/contracts/topics';
import { erase } from '@millrace/shared/runtime/erasure/erase';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, post } from '../testing/api-world.ts';

let world: Awaited<ReturnType<typeof apiWorld>>;

beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world.close());

const session = (id: string) => JSON.stringify(aSession({ id }));
const batch = (lines: readonly string[]) =>
  post('/v1/batches', lines.join('\n'), {
    'content-type': 'application/x-ndjson',
    'millrace-source': 'shop',
  });
const answersOf = (body: string): Record<string, unknown>[] =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

it('takes what can be read, together, and answers each line in its place', async () => {
  const { api, acceptor } = await world.api();
  const forgotten = { source: 'shop', kind: 'session', id: 'gone' } as const;
  await erase(world.sql, { subject: forgotten, by: 'ann', why: 'a test' });
  const lines = [
    session('b-1'),
    '',
    '{"session_id": "b-2", ',
    session('b-1'),
    session('gone'),
    '{"session_id": ""}',
    `{"session_data": ${session('b-3')}}`,
  ];
  const answer = await api.inject(batch(lines));
  expect(answer.statusCode).toBe(207);
  expect(answer.headers['content-type']).toContain('application/x-ndjson');
  expect(answersOf(answer.body)).toMatchObject([
    { line: 1, status: 202, session_id: 'b-1', source: 'shop', version: 1, outcome: 'applied' },
    { line: 3, status: 400, code: 'MILLRACE_FORMAT_JSON' },
    { line: 4, status: 202, session_id: 'b-1', version: 1, outcome: 'duplicate' },
    { line: 5, status: 410, code: 'MILLRACE_INPUT_FORGOTTEN' },
    { line: 6, status: 422, code: 'MILLRACE_INPUT_SESSION_ID' },
    { line: 7, status: 202, session_id: 'b-3', outcome: 'applied' },
  ]);
  await acceptor.idle();
  const stored = await world.sql`select session_id as id from payloads order by 1`;
  expect(stored.map(({ id }) => id)).toEqual(['b-1', 'b-3']);
  const accepts = await world.sql`select outcome from http_accepts order by outcome`;
  expect(accepts.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'duplicate']);
  expect(await world.published(topics.sessionClosed.name, 2)).toHaveLength(2);
});

it('takes 1,000 sessions in one transaction, and the same again as duplicates', async () => {
  const { api, acceptor } = await world.api();
  const lines = Array.from({ length: 1000 }, (_, i) => session(`many-${i}`));
  const outcomes = async () => {
    const answers = answersOf((await api.inject(batch(lines))).body);
    expect(answers.map(({ line }) => line)).toEqual(lines.map((_, i) => i + 1));
    return new Set(answers.map(({ outcome }) => outcome));
  };
  expect(await outcomes()).toEqual(new Set(['applied']));
  expect(await outcomes()).toEqual(new Set(['duplicate']));
  await acceptor.idle();
});

it('refuses a body that is no batch, whole', async () => {
  const { api } = await world.api();
  expect((await api.inject(batch([]))).statusCode).toBe(400);
  const blank = await api.inject(batch(['', ' ', '']));
  expect([blank.statusCode, blank.body]).toEqual([207, '']);
  const text = { 'content-type': 'text/plain' };
  expect((await api.inject(post('/v1/batches', session('b-9'), text))).statusCode).toBe(415);
});

it('takes the same sessions from two batches in opposite order at once, and refuses neither', async () => {
  const { api, acceptor } = await world.api();
  const lines = Array.from({ length: 300 }, (_, i) => session(`cross-${i}`));
  for (let round = 0; round < 5; round++) {
    await world.sql`delete from sessions where session_id like 'cross-%'`;
    await world.sql`delete from payloads where session_id like 'cross-%'`;
    const answers = await Promise.all(
      [lines, lines.toReversed()].map((order) => api.inject(batch(order))),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([207, 207]);
    const outcomes = answers.flatMap(({ body }) => answersOf(body)).map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(lines.length);
    expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(lines.length);
  }
  await acceptor.idle();
});

it('answers a body of 8 MiB of the shortest lines with its limit', async () => {
  const { api } = await world.api();
  const answer = await api.inject(batch(['1\n'.repeat(4_000_000)]));
  expect([answer.statusCode, answer.json().code]).toEqual([413, 'MILLRACE_INPUT_TOO_MANY_LINES']);
});
