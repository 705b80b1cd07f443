import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, post } from '../testing/api-world.ts';

let world: Awaited<ReturnType<typeof apiWorld>>;

beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world.close());

const session = (id: string, messages = 12) => JSON.stringify(aSession({ id, messages }));
const keyed = (key: string, body: string, source = 'shop') =>
  post('/v1/sessions', body, { 'idempotency-key': key, 'millrace-source': source });

it('answers the same body under the same key as the first time, also at the same moment, and counts it once', async () => {
  const { api, acceptor } = await world.api();
  const asked = keyed('k-1', session('once'));
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.inject(asked)));
  answers.push(await api.inject(asked));
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(answers[0]?.json()).toMatchObject({ version: 1, outcome: 'applied' });
  expect(await world.sql`select 1 from http_accepts where session_id = 'once'`).toHaveLength(1);
  const plain = await api.inject(
    post('/v1/sessions', session('once'), { 'millrace-source': 'shop' }),
  );
  expect(plain.json()).toMatchObject({ outcome: 'duplicate' });
  await acceptor.idle();
});

it('refuses another body under the key, and stores nothing of it', async () => {
  const { api, acceptor } = await world.api();
  await api.inject(keyed('k-2', session('first')));
  const other = await api.inject(keyed('k-2', session('first', 13)));
  expect([other.statusCode, other.json().code]).toEqual([409, 'MILLRACE_INPUT_IDEMPOTENCY_KEY']);
  const versions = await world.sql`select version from sessions where session_id = 'first'`;
  expect(versions.map(({ version }) => version)).toEqual([1]);
  const again = await api.inject(keyed('k-2b', session('first', 13)));
  expect(again.json()).toMatchObject({ version: 2, outcome: 'applied' });
  await acceptor.idle();
});

it('knows a key of each source by itself, refuses one that is too long, and passes over none', async () => {
  const { api, acceptor } = await world.api();
  await api.inject(keyed('k-3', session('a')));
  expect((await api.inject(keyed('k-3', session('b'), 'other'))).statusCode).toBe(202);
  expect((await api.inject(keyed('k'.repeat(256), session('c')))).statusCode).toBe(422);
  expect((await api.inject(keyed('', session('d')))).statusCode).toBe(202);
  expect((await api.inject(keyed('', session('e')))).statusCode).toBe(202);
  await acceptor.idle();
});

it('forgets the key with the session: its answer is 410 then', async () => {
  const { api, acceptor } = await world.api();
  await api.inject(keyed('k-4', session('left')));
  await api.inject({ method: 'DELETE', url: '/v1/sessions/left' });
  expect((await api.inject(keyed('k-4', session('left')))).statusCode).toBe(410);
  expect(await world.sql`select 1 from http_accepts where idempotency_key = 'k-4'`).toHaveLength(0);
  await acceptor.idle();
});
