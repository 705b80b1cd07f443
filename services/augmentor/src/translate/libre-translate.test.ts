import { TransientError, UserError } from '@millrace/shared/domain/errors';
import type { Translator } from '@millrace/shared/ports/translator';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type Answer,
  type Asked,
  failed,
  translated,
  translatorServer,
} from '../testing/translator-server.ts';
import { libreTranslate } from './libre-translate.ts';
import { roundTrip } from './round-trip.ts';

const direction = { from: 'en', to: 'es' };
let close: () => Promise<void> = async () => {};
afterEach(() => close());

/** A translator before a server that answers so; `slept` are its waits, milliseconds. */
async function before(
  answer: (asked: Asked, number: number) => Answer,
  { apiKey = null, timeoutMs = 10_000 }: { apiKey?: string | null; timeoutMs?: number } = {},
) {
  const server = await translatorServer(answer);
  close = server.close;
  const slept: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      slept.push(ms);
    },
  };
  const translator: Translator = libreTranslate({
    url: server.url,
    allowedHosts: [server.host],
    apiKey,
    timeoutMs,
    clock,
  });
  return { translator, asked: server.asked, slept };
}
const upper = ({ body }: Asked): Answer => translated(body.q.map((text) => text.toUpperCase()));

describe('libreTranslate()', () => {
  it('200: gives one translation a text, in few requests, with the key in the body', async () => {
    const { translator, asked } = await before(upper, { apiKey: 'secret' });
    const texts = Array.from({ length: 130 }, (_, i) => `text ${i}`);
    expect(await translator.translate(texts, direction)).toEqual(texts.map((t) => t.toUpperCase()));
    expect(asked.map(({ body }) => body.q.length)).toEqual([64, 64, 2]);
    expect(asked[0]).toMatchObject({
      path: '/translate',
      body: { source: 'en', target: 'es', format: 'text', api_key: 'secret' },
    });
    expect(await translator.translate([], direction)).toEqual([]);
  });

  it('400: halves the list, and gives no translation of the text at fault', async () => {
    const { translator, asked } = await before((asked) =>
      asked.body.q.includes('bad') ? failed(400) : upper(asked),
    );
    const texts = [...'abcdef', 'bad', 'h'];
    const upperCase = [...'ABCDEF', null, 'H'];
    expect(await translator.translate(texts, direction)).toEqual(upperCase);
    expect(asked.map(({ body }) => body.q.length)).toEqual([8, 4, 4, 2, 2, 1, 1]);
    expect(await translator.translate(['bad'], direction)).toEqual([null]);
  });

  it.each([
    ['texts', 400, (q: string[]) => q.length > 2],
    ['characters', 400, (q: string[]) => q.join('').length > 14],
    ['bytes', 413, (q: string[]) => JSON.stringify(q).length > 30],
  ])('%s: keeps to the limit of a server that answers %i', async (_, status, isOver) => {
    const { translator } = await before((asked) =>
      isOver(asked.body.q) ? failed(status) : upper(asked),
    );
    const texts = [
      'one',
      'three',
      'four four',
      'five',
      'a text that no list makes short enough',
      'x',
    ];
    const over = (text: string) => isOver([text]);
    expect(await translator.translate(texts, direction)).toEqual(
      texts.map((text) => (over(text) ? null : text.toUpperCase())),
    );
  });

  it('carries the sentences of texts there and back, two requests for all of them', async () => {
    const { translator, asked } = await before(({ body }) =>
      translated(body.q.map((text) => (body.target === 'es' ? `¿${text}` : text.slice(1)))),
    );
    const trip = roundTrip({ translator, language: 'en', pivot: 'es' });
    const texts = [
      'Hello there. I live in Berlin!\n\nWhere do you live?',
      'Hello there. Bye then.',
    ];
    expect([...(await trip(texts))]).toEqual(texts.map((text) => [text, text]));
    const sentences = ['Hello there.', 'I live in XQ0Z!', 'Where do you live?', 'Bye then.'];
    expect(asked.map(({ body }) => body)).toMatchObject([
      { q: sentences, source: 'en', target: 'es' },
      { q: sentences.map((sentence) => `¿${sentence}`), source: 'es', target: 'en' },
    ]);
  });

  it('403: is transient and not tried again at once', async () => {
    const { translator, asked, slept } = await before(() => failed(403));
    const refused = translator.translate(['a'], direction);
    await expect(refused).rejects.toBeInstanceOf(TransientError);
    await expect(refused).rejects.toThrow('403');
    expect(asked).toHaveLength(1);
    expect(slept).toEqual([]);
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    [
      'a date by its own clock',
      { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      9000,
    ],
    ['an hour, of which it waits a minute', { 'retry-after': '3600' }, 60_000],
    ['nothing that it can read', { 'retry-after': 'soon' }, 1000],
  ])('429: waits as long as asked: %s', async (_, headers, ms) => {
    const { translator, slept } = await before((asked, number) =>
      number === 1 ? failed(429, headers) : upper(asked),
    );
    expect(await translator.translate(['a'], direction)).toEqual(['A']);
    expect(slept).toEqual([ms]);
  });

  it.each<[string, Answer, string]>([
    ['500', failed(500), 'answers 500'],
    ['503', failed(503), 'answers 503'],
    ['429 for ever', failed(429), '429'],
    ['silence', 'silence', 'does not answer within 200 ms'],
    ['a cut connection', 'cut', 'cannot be reached'],
    ['a page', { status: 200, body: '<html>' }, 'no translation'],
    ['another shape', { status: 200, body: '{"translatedText":"one"}' }, 'no translation'],
    ['too few texts', translated([]), 'no translation'],
    ['an endless answer', { status: 200, body: 'x'.repeat(9 << 20) }, 'no translation'],
    [
      'a way elsewhere',
      failed(307, { location: 'http://127.0.0.1:1/translate' }),
      'cannot be reached',
    ],
  ])('%s: is transient after three tries, and says what', async (_, answer, said) => {
    const timeoutMs = answer === 'silence' ? 200 : 10_000;
    const { translator, asked, slept } = await before(() => answer, { timeoutMs });
    const refused = translator.translate(['a'], direction);
    await expect(refused).rejects.toBeInstanceOf(TransientError);
    await expect(refused).rejects.toThrow(said);
    expect(asked).toHaveLength(3);
    expect(slept).toHaveLength(2);
  });

  it('gives up when it is aborted, with the reason', async () => {
    const { translator } = await before(() => 'silence');
    const abort = new AbortController();
    const reason = new Error('taken away');
    const given = translator.translate(['a'], direction, abort.signal);
    abort.abort(reason);
    await expect(given).rejects.toBe(reason);
  });

  it('sends nothing to a host that is not named', () => {
    const options = { apiKey: null, timeoutMs: 1, clock: { now: () => 0, sleep: async () => {} } };
    for (const [url, host] of [
      ['http://elsewhere.example:5000', 'elsewhere.example'],
      ['https://named.example@elsewhere.example', 'named.example'],
      ['ftp://named.example', 'named.example'],
    ] as const)
      expect(() => libreTranslate({ ...options, url, allowedHosts: [host] })).toThrow(UserError);
  });
});
