import { sha256Hex } from '@millrace/shared/domain/hash';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiWorld, post } from '../testing/api-world.ts';

let world: Awaited<ReturnType<typeof apiWorld>>;

beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world.close());

const session = (id: string) => JSON.stringify(aSession({ id }));
const remove = (id: string, headers: Readonly<Record<string, string>> = {}, query = '') => ({
  method: 'DELETE' as const,
  url: `/v1/sessions/${encodeURIComponent(id)}${query}`,
  headers,
});

it('DELETE forgets a session: its text is gone, it is shown as erased, and it is refused from then on', async () => {
  const { api, acceptor } = await world.api();
  const id = 'gone/ä';
  await api.inject(post('/v1/sessions', session(id)));
  const answer = await api.inject(remove(id, {}, '?why=a%20letter'));
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    session_id: id,
    source: 'http',
    versions: 1,
    messages: 0,
    examples: 0,
    dead_letters: 0,
    models: [],
    retrain: [],
    in_kafka_until: null,
  });
  expect(await world.sql`select 1 from payloads where session_id = ${id}`).toHaveLength(0);
  const where = await api.inject(`/v1/sessions/${encodeURIComponent(id)}`);
  expect(where.json()).toMatchObject({ user_id: null, versions: [{ state: 'erased' }] });
  const [record] = await world.sql`select detail from audit where action = 'erased'`;
  expect(record?.['detail']).toMatchObject({ by: 'http', why: 'a letter', versions: 1 });

  const late = await api.inject(post('/v1/sessions', session(id)));
  expect([late.statusCode, late.json().code]).toEqual([410, 'MILLRACE_INPUT_FORGOTTEN']);
  expect((await api.inject(remove(id))).json()).toMatchObject({ versions: 0 });
  expect(await world.sql`select 1 from http_accepts where session_id = ${id}`).toHaveLength(1);
  await acceptor.idle();
});

it('DELETE of what nobody published yet refuses it when it comes', async () => {
  const { api } = await world.api();
  expect((await api.inject(remove('early'))).json()).toMatchObject({ source: 'http', versions: 0 });
  expect((await api.inject(post('/v1/sessions', session('early')))).statusCode).toBe(410);
});

it('DELETE names what it lacks: a source where several have the id, a key that may', async () => {
  const { api, acceptor } = await world.api();
  for (const source of ['one', 'two'])
    await api.inject(post('/v1/sessions', session('both'), { 'millrace-source': source }));
  expect((await api.inject(remove('both'))).statusCode).toBe(409);
  expect((await api.inject(remove('both', {}, '?source=one'))).json()).toMatchObject({
    versions: 1,
  });
  expect((await api.inject(remove('both', {}, '?why='))).statusCode).toBe(422);

  const keys = `one publish ${sha256Hex('k-one')}\nboss admin ${sha256Hex('k-boss')}\nreader read ${sha256Hex('k-read')}`;
  const { api: keyed } = await world.api({}, keys);
  const as = (key: string) => ({ authorization: `Bearer ${key}` });
  const status = async (...asked: Parameters<typeof remove>) =>
    (await keyed.inject(remove(...asked))).statusCode;
  expect(await status('both')).toBe(401);
  expect(await status('both', as('k-read'), '?source=two')).toBe(403);
  expect(await status('both', as('k-one'), '?source=two')).toBe(403);
  // its own, which is gone, and not the one that another source has
  expect((await keyed.inject(remove('both', as('k-one')))).json()).toMatchObject({
    source: 'one',
    versions: 0,
  });
  expect((await keyed.inject(remove('both', as('k-boss'), '?source=two'))).json()).toMatchObject({
    versions: 1,
  });
  await acceptor.idle();
});
