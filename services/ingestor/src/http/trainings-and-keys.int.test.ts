import { createHash } from 'node:crypto';
import { topics } from '@millrace/shared/contracts/topics';
import { aSession } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, post } from '../testing/api-world.ts';

let world: Awaited<ReturnType<typeof apiWorld>>;

beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world.close());

const session = (id: string) => JSON.stringify(aSession({ id }));

describe('POST /v1/trainings', () => {
  it('commits the request, publishes it, and tells that it is accepted', async () => {
    const { api, acceptor } = await world.api();
    const answer = await api.inject(
      post('/v1/trainings', '{"model_type":"all","overrides":{"max_steps":5}}'),
    );
    expect(answer.statusCode).toBe(202);
    const { request_id: id, location } = answer.json();
    await acceptor.idle();
    expect(await world.published(topics.trainingRequested.name, 1)).toEqual([
      {
        request_id: id,
        model_name: 'default',
        model_type: 'all',
        force: false,
        overrides: { max_steps: 5 },
      },
    ]);
    expect((await api.inject(location)).json()).toEqual({ request_id: id, jobs: [] });
    expect((await api.inject('/v1/trainings/nobody')).statusCode).toBe(404);
  });

  it('names every field at fault', async () => {
    const { api } = await world.api();
    const answer = await api.inject(
      post('/v1/trainings', '{"model_name":"UP","overrides":{"speed":1,"max_steps":0}}'),
    );
    expect(answer.statusCode).toBe(422);
    const fields = answer.json().errors.map((e: { field: string }) => e.field);
    expect(fields.sort()).toEqual(['model_name', 'overrides.max_steps', 'overrides.speed']);
  });
});

describe('API keys', () => {
  const hash = (key: string) => createHash('sha256').update(key).digest('hex');
  const file = `# name scopes hash\nshop publish ${hash('k-shop')}\nboss admin ${hash('k-boss')}\n`;
  const as = (key: string, more: Record<string, string> = {}) => ({
    authorization: `Bearer ${key}`,
    ...more,
  });

  it('are asked for, scope by scope, and name the source', async () => {
    const { api, acceptor } = await world.api({}, file);
    const send = (headers: Record<string, string>) =>
      api.inject(post('/v1/sessions', session('keyed'), headers));
    expect((await send({})).statusCode).toBe(401);
    expect((await send(as('k-nobody'))).statusCode).toBe(401);
    expect((await send(as('k-shop', { 'millrace-source': 'other' }))).statusCode).toBe(403);
    expect((await send(as('k-shop'))).json()).toMatchObject({ source: 'shop', outcome: 'applied' });
    expect(
      (await send({ 'x-api-key': 'k-boss', 'millrace-source': 'other' })).json(),
    ).toMatchObject({ source: 'other' });
    expect((await api.inject({ url: '/v1/models', headers: as('k-shop') })).statusCode).toBe(403);
    expect((await api.inject({ url: '/v1/models', headers: as('k-boss') })).statusCode).toBe(200);
    await acceptor.idle();
  });
});
