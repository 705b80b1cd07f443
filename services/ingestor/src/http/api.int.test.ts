import { createHash } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { startSweeper } from '@millrace/shared/runtime/sweeper';
import { aSession } from '@millrace/shared/testing/a-session';
import { silentLogger } from '@millrace/shared/testing/silent';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiWorld, post } from '../testing/api-world.ts';
import { startApi } from './api.ts';

let world: Awaited<ReturnType<typeof apiWorld>>;

beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world.close());

const session = (id: string) => JSON.stringify(aSession({ id }));

describe('POST /v1/sessions', () => {
  it('answers 202 when the session is committed, and the same again for a repeat', async () => {
    const { api, acceptor } = await world.api();
    const id = 'support/2026 🎧 #7?x=%2F';
    const first = await api.inject(
      post('/v1/sessions', session(id), { 'millrace-source': 'shop' }),
    );
    expect(first.statusCode).toBe(202);
    const accepted = first.json();
    expect(accepted).toMatchObject({
      session_id: id,
      source: 'shop',
      version: 1,
      outcome: 'applied',
    });
    expect(accepted.payload_sha256).toBe(createHash('sha256').update(session(id)).digest('hex'));
    const again = await api.inject(
      post('/v1/sessions', `{"session_data": ${session(id)}}`, { 'millrace-source': 'shop' }),
    );
    expect([again.statusCode, again.json().outcome, again.json().version]).toEqual([
      202,
      'duplicate',
      1,
    ]);
    const accepts =
      await world.sql`select outcome from http_accepts where session_id = ${id} order by accepted_at`;
    expect(accepts.map((a) => a['outcome'])).toEqual(['applied', 'duplicate']);
    await acceptor.idle();
    const [outbox] = await world.sql`select count(*)::int as rows from outbox`;
    expect(outbox).toEqual({ rows: 0 });
    expect(await world.published(topics.sessionClosed.name, 1)).toMatchObject([
      { session_id: id, version: 1 },
    ]);

    const where = await api.inject(accepted.location);
    expect(where.statusCode).toBe(200);
    expect(where.json()).toMatchObject({
      session_id: id,
      source: 'shop',
      user_id: 'user-1',
      versions: [
        { version: 1, state: 'waiting', message_count: 12, verdicts: [], examples: {}, side: null },
      ],
    });
  });

  it('gives one version to content that comes by twenty requests at once', async () => {
    const { api, acceptor } = await world.api();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.inject(post('/v1/sessions', session('race')))),
    );
    expect(answers.map((a) => a.statusCode)).toEqual(Array(20).fill(202));
    expect(answers.filter((a) => a.json().outcome === 'applied')).toHaveLength(1);
    const others = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        api.inject(
          post('/v1/sessions', JSON.stringify(aSession({ id: 'race', messages: 13 + i }))),
        ),
      ),
    );
    // a storm of versions may ask for a second try; none may be lost or doubled
    const taken = others.filter((a) => a.statusCode === 202).map((a) => a.json().version);
    expect(new Set(taken).size).toBe(taken.length);
    expect(others.every((a) => a.statusCode === 202 || a.statusCode === 503)).toBe(true);
    await acceptor.idle();
  });

  it('answers 202 at once while the broker is away, and the sweeper publishes later', async () => {
    const nowhere = readEnvironment({ KAFKA_BROKERS: '127.0.0.1:1' });
    const bus = kafkaBus(nowhere, { name: 'test', logger: silentLogger, retries: 1 });
    const { api, acceptor } = await world.api({ bus });
    const start = performance.now();
    const answer = await api.inject(post('/v1/sessions', session('dark')));
    expect(answer.statusCode).toBe(202);
    expect(performance.now() - start).toBeLessThan(2000);
    await acceptor.idle();
    const [waiting] = await world.sql`select count(*)::int as rows from outbox where key = 'dark'`;
    expect(waiting).toEqual({ rows: 1 });
    await bus.close();
    const { clock, logger } = world.runtime;
    const sweeper = startSweeper(world.runtime, { clock, logger, olderThanMs: 0, everyMs: 50 });
    await expect.poll(() => world.sql`select 1 from outbox`, { timeout: 10_000 }).toHaveLength(0);
    await sweeper.stop();
  });

  it('answers 503 with Retry-After while the database is away', async () => {
    const sql = connect('postgres://nobody@127.0.0.1:1/none');
    const { api } = await world.api({ store: deliveryStore(sql) });
    const answer = await api.inject(post('/v1/sessions', session('lost')));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({ code: 'MILLRACE_RESOURCE_DATABASE', status: 503 });
    await sql.end({ timeout: 1 });
  });

  it.each([
    ['no JSON', post('/v1/sessions', '{"session_id": "x",'), 400, 'MILLRACE_FORMAT_JSON', 'body'],
    [
      'a repeated key',
      post('/v1/sessions', '{"a":{"b":1,"b":2}}'),
      400,
      'MILLRACE_FORMAT_REPEATED_KEY',
      'a.b',
    ],
    [
      'half a byte order',
      post('/v1/sessions', Buffer.from([0x22, 0xff, 0x22])),
      400,
      'MILLRACE_FORMAT_NOT_UTF8',
      'body',
    ],
    [
      'nesting',
      post('/v1/sessions', '['.repeat(100_000)),
      400,
      'MILLRACE_FORMAT_TOO_DEEP',
      undefined,
    ],
    [
      'an id that is a number',
      post('/v1/sessions', '{"session_id":7}'),
      422,
      'MILLRACE_INPUT_SESSION_ID',
      'session_id',
    ],
    ['a list', post('/v1/sessions', '[]'), 422, 'MILLRACE_INPUT_NOT_AN_OBJECT', 'body'],
    [
      'a text',
      { ...post('/v1/sessions', 'x'), headers: { 'content-type': 'text/plain' } },
      415,
      'MILLRACE_INPUT_MEDIA_TYPE',
      'content-type',
    ],
    [
      '9 MiB',
      post('/v1/sessions', `"${'a'.repeat(9 << 20)}"`),
      413,
      'MILLRACE_INPUT_BODY_TOO_LARGE',
      undefined,
    ],
    ['nothing', post('/v1/sessions', ''), 400, 'MILLRACE_INPUT_EMPTY_BODY', undefined],
  ])('refuses %s as a problem', async (_, request, status, code, field) => {
    const { api } = await world.api();
    const answer = await api.inject(request);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(answer.json()).toMatchObject({ status, code });
    if (field !== undefined) expect(answer.json().errors[0].field).toBe(field);
  });
});

describe('GET', () => {
  it('/v1/sessions/{id} tells verdict, findings, examples, side, datasets and models', async () => {
    const { sql } = world;
    const { api, acceptor } = await world.api();
    await api.inject(post('/v1/sessions', session('told')));
    await acceptor.idle();
    const dataset = 'd'.repeat(64);
    await sql`insert into verdicts values ('http', 'told', 1, 'r1', 'kept', 0.9, '[{"code":"dup_message","severity":"info","action":"note"}]', '{"quality":0.9}', '{}')`;
    await sql`
      insert into revisions (stage, revision, settings)
      values ('validator', 'r1', '{}'), ('augmentor', 'r0', '{}'), ('examples', 'r2', '{"validator": "r1", "augmentor": "r0"}')`;
    await sql`insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques) values ('http', 'told', 1, 'r2', 'train', 2, 1, '{}')`;
    await sql`
      insert into examples (id, revision, source, session_id, version, kind, technique, position, content, content_sha256, features, first_dataset)
      select 'e' || n, 'r2', 'http', 'told', 1, case when n < 3 then 'pair' else 'chat' end, 'original', n, '{}', '', '{}', ${dataset}
      from generate_series(1, 3) n`;
    await sql`
      insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256, base, metrics, decision, sentence, report)
      values ('m1', gen_random_uuid(), 1, 'default', 'embedding', '/m', '', ${dataset}, 'b', '{}', 'promoted', 's', '{}')`;
    await sql`insert into aliases values ('default', 'embedding', 'champion', 'm1')`;
    const [version] = (await api.inject('/v1/sessions/told')).json().versions;
    expect(version).toMatchObject({
      state: 'augmented',
      verdicts: [{ revision: 'r1', verdict: 'kept', findings: [{ code: 'dup_message' }] }],
      examples: { pair: 2, chat: 1 },
      side: 'train',
      datasets: [dataset],
      models: [{ model_id: 'm1', decision: 'promoted' }],
      override: null,
    });
    await sql`insert into overrides values ('http', 'told', 1, 'rejected', 'nonsense', 'ann', 1)`;
    await sql`update verdicts set override = 'rejected' where session_id = 'told'`;
    const [rejected] = (await api.inject('/v1/sessions/told')).json().versions;
    expect(rejected).toMatchObject({
      state: 'rejected',
      verdicts: [{ verdict: 'kept' }],
      override: { verdict: 'rejected', by: 'ann', why: 'nonsense' },
    });
    expect((await api.inject('/v1/models')).json()).toMatchObject({
      models: [{ model_id: 'm1', aliases: ['champion'], base: 'b' }],
    });
  });

  it('/v1/sessions/{id} is 404 for an unknown one, 409 when two sources have it', async () => {
    const { api, acceptor } = await world.api();
    expect((await api.inject('/v1/sessions/nobody')).statusCode).toBe(404);
    for (const source of ['one', 'two'])
      await api.inject(post('/v1/sessions', session('both'), { 'millrace-source': source }));
    await acceptor.idle();
    const several = await api.inject('/v1/sessions/both');
    expect(several.statusCode).toBe(409);
    expect(several.json().detail).toContain('?source= (one, two)');
    expect((await api.inject('/v1/sessions/both?source=two')).json()).toMatchObject({
      source: 'two',
    });
  });

  it('/openapi.json is OpenAPI 3.1 of every route', async () => {
    const { api } = await world.api();
    const document = (await api.inject('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual([
      '/v1/sessions',
      '/v1/sessions/{id}',
      '/v1/batches',
      '/v1/sessions/{id}/messages',
      '/v1/sessions/{id}/end',
      '/v1/trainings',
      '/v1/trainings/{request_id}',
      '/v1/models',
    ]);
  });
});

describe('startApi()', () => {
  it('stops in time though a request never comes to its end', async () => {
    const config = { host: '127.0.0.1', port: 0, keys: null };
    const settings = settingsSchema.parse({});
    const api = await startApi({ ...world.runtime, settings, version: '0.0.0' }, config);
    const socket = connectTcp(api.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const head = 'POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    await new Promise<void>((resolve) =>
      socket.write(`${head}Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n{`, () => resolve()),
    );
    await new Promise((resolve) => socket.once('data', resolve)); // 100: it waits for the body
    await api.stop(200);
    await closed;
  }, 5_000);
});
