import { PoisonError, TransientError } from '@millrace/shared/domain/errors';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cachedEncoder } from './cached-encoder.ts';
import { type ProcessEncoder, processEncoder } from './process-encoder.ts';

const program = new URL('../testing/odd-encoder.ts', import.meta.url).pathname;
const encoderThat = (conduct: string, idleMs?: number): ProcessEncoder =>
  processEncoder({
    folder: conduct,
    libraryFolder: null,
    program,
    ...(idleMs !== undefined && { idleMs }),
  });
let encoder: ProcessEncoder;
beforeEach(() => {
  encoder = encoderThat('works');
});
afterEach(() => encoder.close());

it('answers requests in order, each with its own rows', async () => {
  const lists = [['a'], ['bb', 'ccc'], [], ['dddd']];
  const answers = await Promise.all(lists.map((list) => encoder.encode(list)));
  expect(answers.map(({ rows }) => [...rows])).toEqual([[1], [2, 3], [], [4]]);
});

it('is transient when the process dies, for all that wait, and works again after', async () => {
  const waiting = [['die'], ['a'], ['b']].map((list) => encoder.encode(list));
  for (const { status, reason } of (await Promise.allSettled(waiting)).map(asRejected)) {
    expect(status).toBe('rejected');
    expect(reason).toBeInstanceOf(TransientError);
    expect(String(reason)).toContain('SIGKILL');
  }
  expect([...(await encoder.encode(['again'])).rows]).toEqual([5]);
});

it('is transient, with the reason, when the model does not open', async () => {
  encoder = encoderThat('refuses');
  await expect(encoder.open()).rejects.toThrow('the encoder in refuses does not open: no weights');
  await expect(encoder.encode(['a'])).rejects.toBeInstanceOf(TransientError);
});

it('is poison when the model refuses these texts, and the next ones are encoded', async () => {
  const refused = encoder.encode(['fail']);
  const next = encoder.encode(['a']);
  await expect(refused).rejects.toBeInstanceOf(PoisonError);
  expect([...(await next).rows]).toEqual([1]);
});

it('gives up what is aborted, in line or at work, and goes on with the others', async () => {
  const abort = new AbortController();
  const reason = new Error('taken away');
  const given = encoder.encode(['a', 'b'], abort.signal);
  const inLine = encoder.encode(['c'], abort.signal);
  const other = encoder.encode(['dd']);
  abort.abort(reason);
  await expect(given).rejects.toBe(reason);
  await expect(inLine).rejects.toBe(reason);
  expect([...(await other).rows]).toEqual([2]);
  await expect(encoder.encode(['e'], abort.signal)).rejects.toBe(reason);
});

it('refuses what waits when it is closed, and opens again when asked again', async () => {
  const waiting = expect(encoder.encode(['never'])).rejects.toThrow('closed');
  await encoder.open();
  await encoder.close();
  await waiting;
  await encoder.close();
  expect([...(await encoder.encode(['a'])).rows]).toEqual([1]);
});

it('ends the process when nothing is asked for, and opens another one', async () => {
  encoder = encoderThat('works', 1);
  await encoder.encode(['a']);
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
  await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 10_000 });
  expect([...(await encoder.encode(['bb'])).rows]).toEqual([2]);
});

it('cachedEncoder() asks once for a list, and forgets the oldest over its bound', async () => {
  const asked: string[] = [];
  const cached = cachedEncoder(
    {
      encode: (texts, signal) => {
        asked.push(texts.join());
        return encoder.encode(texts, signal);
      },
    },
    8, // two rows of one number
  );
  for (const list of [['a'], ['b'], ['a'], ['c'], ['a'], ['b']]) await cached.encode(list);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});

const asRejected = (result: PromiseSettledResult<unknown>) =>
  result.status === 'rejected' ? result : { ...result, reason: null };
