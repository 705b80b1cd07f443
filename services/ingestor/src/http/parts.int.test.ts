import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { topics } from '@millrace/shared/contracts/topics';
import { contentsOf, decodeSession } from '@millrace/shared/domain/session-document';
import { type Running, runStage } from '@millrace/shared/runtime/worker';
import { aSession, messageAt } from '@millrace/shared/testing/a-session';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCloseLoop } from '../close-loop.ts';
import { ingestor } from '../stage.ts';
import { apiWorld, post } from '../testing/api-world.ts';
import { messageEvent } from '../testing/ingest-world.ts';

/** Sessions that come message by message over HTTP. */
let world: Awaited<ReturnType<typeof apiWorld>>;
let door: Awaited<ReturnType<Awaited<ReturnType<typeof apiWorld>>['api']>>;
let running: Running[];

beforeAll(async () => {
  world = await apiWorld();
  door = await world.api();
  running = [
    await runStage(ingestor(settingsSchema.parse({})), world.runtime),
    startCloseLoop(world.runtime),
  ];
});
afterAll(async () => {
  for (const part of running) await part.stop(5000);
  expect((await readLedger(world.sql, world.runtime.bus)).problems).toEqual([]);
  await world.close();
});

const send = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  door.api.inject(
    post(`/v1/sessions/${path}`, body === null ? '' : JSON.stringify(body), {
      'millrace-source': 'shop',
      ...headers,
    }),
  );
const status = async (id: string) =>
  (await door.api.inject({ method: 'GET', url: `/v1/sessions/${encodeURIComponent(id)}` })).json();
const message = (i: number, id = 'any') => ({
  user_id: 'user-1',
  message_id: `m${i}`,
  message: messageAt(aSession({ id }), i),
});
const untilClosed = (id: string) =>
  expect
    .poll(async () => (await status(id)).gathered.state, { timeout: 20_000, interval: 50 })
    .toBe('closed');

it('takes messages and an end, says where the session is while it is open, and closes it', async () => {
  const first = await send('a%2Fb/messages', message(0));
  expect(first.statusCode).toBe(202);
  expect(first.json()).toEqual({
    session_id: 'a/b',
    source: 'shop',
    accepted: 1,
    duplicates: 0,
    location: '/v1/sessions/a%2Fb?source=shop',
  });
  expect(first.headers.location).toBe('/v1/sessions/a%2Fb?source=shop');
  const several = [message(2), message(1), message(0)];
  expect((await send('a%2Fb/messages', { messages: several })).json()).toMatchObject({
    accepted: 3,
    duplicates: 1,
  });
  const open = await status('a/b');
  expect(open).toMatchObject({
    source: 'shop',
    versions: [],
    gathered: { state: 'open', messages: 3, message_count: null, ended: false, closed_at: null },
  });
  const hour = 3_600_000;
  const closes = Date.parse(open.gathered.closes_at);
  expect(closes).toBeGreaterThanOrEqual(Date.parse(open.gathered.opened_at) + hour);
  expect(closes).toBeLessThanOrEqual(Date.now() + hour);
  const ledger = await readLedger(world.sql, world.runtime.bus);
  expect(ledger.open).toEqual({ sessions: 1, messages: 3 });
  expect(ledger.stages['ingestor']).toMatchObject({ in: 4, went: { gathered: 3, duplicate: 1 } });

  expect((await send('a%2Fb/end', { message_count: 3 })).statusCode).toBe(202);
  await untilClosed('a/b');
  const closed = await status('a/b');
  expect(closed).toMatchObject({
    user_id: 'user-1',
    gathered: { state: 'closed', closes_at: null },
    versions: [{ version: 1, state: 'waiting', origin: 'messages', message_count: 3 }],
  });
});

it('takes a session over 4 MiB, by both doors, and puts it together in order', async () => {
  const long = (i: number) => {
    const { message: said, ...rest } = message(i, 'large');
    return { ...rest, message: { ...said, content: `${i} ${'x'.repeat(900_000)}` } };
  };
  for (const i of [5, 4, 3, 2, 1])
    expect((await send('large/messages', long(i))).statusCode).toBe(202);
  await world.runtime.bus.publish([
    { ...messageEvent(aSession({ id: 'large' }), 0), key: 'large' },
    messageEvent(aSession({ id: 'large' }), 6),
  ]);
  await world.caughtUp();
  await send('large/end', { message_count: 7 });
  await untilClosed('large');
  const [row] = await world.sql<{ bytes: Uint8Array }[]>`
    select bytes from payloads where session_id = 'large'`;
  const decoded = decodeSession(row?.bytes ?? new Uint8Array());
  const contents = decoded.ok ? contentsOf(decoded.document) : [];
  expect(row?.bytes.byteLength).toBeGreaterThan(topics.sessionEvents.maxBytes);
  expect(contents.map((content) => content?.slice(0, 2))).toEqual([
    'Th',
    '1 ',
    '2 ',
    '3 ',
    '4 ',
    '5 ',
    'Th',
  ]);
});

it('two equal messages of one request without ids are two, and the request again is none', async () => {
  const yes = { message: { role: 'user', content: 'Yes', timestamp: '2026-05-04T10:00:00Z' } };
  const both = { messages: [yes, yes] };
  expect((await send('yes/messages', both)).json()).toMatchObject({ accepted: 2, duplicates: 0 });
  expect((await send('yes/messages', both)).json()).toMatchObject({ accepted: 2, duplicates: 2 });
  expect((await status('yes')).gathered.messages).toBe(2);
});

it('answers an Idempotency-Key as the first time, and refuses it for another body or path', async () => {
  const key = { 'idempotency-key': 'parts-1' };
  const first = await send('keyed/messages', message(0), key);
  const again = await send('keyed/messages', message(0), key);
  expect([again.statusCode, again.body]).toEqual([202, first.body]);
  for (const [path, body] of [
    ['keyed/messages', message(1)],
    ['keyed-2/messages', message(0)],
    ['keyed/end', {}],
  ] as const)
    expect((await send(path, body, key)).statusCode).toBe(409);
  expect((await status('keyed')).gathered.messages).toBe(1);
});

it('refuses with a problem what it cannot take, and then takes nothing of the request', async () => {
  await send('odd/messages', message(0));
  const large = { ...message(1), message: { content: 'x'.repeat(1024 * 1024) } };
  const other = { ...message(0), message: { content: 'another text' } };
  const refused = async (path: string, body: unknown) => {
    const answer = await send(path, body);
    const { code, errors } = answer.json();
    return [answer.statusCode, code, errors?.[0]?.field];
  };
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    [
      'messages',
      { messages: [message(2), large] },
      [413, 'MILLRACE_INPUT_MESSAGE_TOO_LARGE', 'messages[1]'],
    ],
    [
      'messages',
      { messages: [message(2), other] },
      [409, 'MILLRACE_INPUT_MESSAGE_ID', 'messages[1]'],
    ],
    ['messages', { messages: [] }, [422, 'MILLRACE_INPUT_DOCUMENT', 'messages']],
    [
      'messages',
      { messages: [message(2), { message: 7 }] },
      [422, 'MILLRACE_INPUT_DOCUMENT', 'messages.1.message'],
    ],
    ['messages', { user_id: 5, message: {} }, [422, 'MILLRACE_INPUT_DOCUMENT', 'user_id']],
    [
      'messages',
      { ...message(2), session_id: 'else' },
      [422, 'MILLRACE_INPUT_SESSION_ID', 'messages[0].session_id'],
    ],
    ['messages', null, [400, 'MILLRACE_INPUT_EMPTY_BODY', undefined]],
    ['end', { message_count: -1 }, [422, 'MILLRACE_INPUT_DOCUMENT', 'message_count']],
    ['end', [], [422, 'MILLRACE_INPUT_DOCUMENT', 'body']],
  ];
  for (const [path, body, expected] of cases)
    expect(await refused(`odd/${path}`, body)).toEqual(expected);
  expect((await status('odd')).gathered).toMatchObject({ messages: 1, ended: false });
  expect((await send('odd/end', null)).statusCode).toBe(202);
  expect((await status('odd')).gathered).toMatchObject({ messages: 1, ended: true });
});

it('answers 413 when a session would be over its limit, and goes on with what fits', async () => {
  const long = (i: number) => ({
    message_id: `m${i}`,
    message: { content: 'x'.repeat(1_000_000), timestamp: '2026-05-04T10:00:00Z' },
  });
  const answers: unknown[] = [];
  for (let i = 0; i < 9; i++) answers.push((await send('full/messages', long(i))).statusCode);
  expect(answers).toEqual([...Array.from({ length: 8 }, () => 202), 413]);
  expect((await send('full/messages', message(9))).statusCode).toBe(202);
});

it('refuses what was forgotten, open or not, and forgets the keys', async () => {
  await send('left/messages', message(0), { 'idempotency-key': 'left-1' });
  const answer = await door.api.inject({ method: 'DELETE', url: '/v1/sessions/left' });
  expect(answer.json()).toMatchObject({ versions: 0, messages: 1 });
  for (const path of ['left/messages', 'left/end'])
    expect((await send(path, message(0), { 'idempotency-key': 'left-1' })).statusCode).toBe(410);
  expect((await status('left')).gathered).toMatchObject({ state: 'erased', closes_at: null });
});

it('wants a key that may publish', async () => {
  const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'; // of "test"
  const { api } = await world.api({}, `reader read ${hash}\n`);
  const asked = post('/v1/sessions/x/messages', JSON.stringify(message(0)));
  expect((await api.inject(asked)).statusCode).toBe(401);
  const headers = { ...asked.headers, 'x-api-key': 'test' };
  expect((await api.inject({ ...asked, headers })).statusCode).toBe(403);
  expect((await api.inject({ ...asked, url: '/v1/sessions/x/end', headers })).statusCode).toBe(403);
});
