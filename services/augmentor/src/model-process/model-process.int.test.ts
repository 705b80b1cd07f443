import { InvariantError, PoisonError, TransientError } from '@millrace/shared/domain/errors';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ModelProcess, modelProcess } from './model-process.ts';

const program = new URL('../testing/odd-model.ts', import.meta.url).pathname;
const modelThat = (
  conduct: string,
  { idleMs, sha256 }: { readonly idleMs?: number; readonly sha256?: string } = {},
) =>
  modelProcess<readonly string[], readonly number[]>({
    program,
    args: [conduct],
    name: 'the model',
    folder: conduct,
    codes: { resource: 'MILLRACE_RESOURCE_TEST', refused: 'MILLRACE_PROCESSING_TEST' },
    sha256,
    ...(idleMs !== undefined && { idleMs }),
  });
let model: ModelProcess<readonly string[], readonly number[]>;
beforeEach(() => {
  model = modelThat('works');
});
afterEach(() => model.close());

it('answers questions in order', async () => {
  const lists = [['a'], ['bb', 'ccc'], [], ['dddd']];
  const answers = await Promise.all(lists.map((list) => model.ask(list)));
  expect(answers).toEqual([[1], [2, 3], [], [4]]);
});

it('is transient when the process dies, for all that wait, and works again after', async () => {
  const waiting = [['die'], ['a'], ['b']].map((list) => model.ask(list));
  for (const { status, reason } of (await Promise.allSettled(waiting)).map(asRejected)) {
    expect(status).toBe('rejected');
    expect(reason).toBeInstanceOf(TransientError);
    expect(String(reason)).toContain('SIGKILL');
  }
  expect(await model.ask(['again'])).toEqual([5]);
});

it('is transient, with the reason, when the model does not open', async () => {
  model = modelThat('refuses');
  await expect(model.open()).rejects.toThrow('the model in refuses does not open: no weights');
  await expect(model.ask(['a'])).rejects.toBeInstanceOf(TransientError);
});

it('is poison when the model refuses a question, and answers the next one', async () => {
  const refused = model.ask(['fail']);
  const next = model.ask(['a']);
  await expect(refused).rejects.toThrow(/^the model: no such shape$/);
  await expect(refused).rejects.toBeInstanceOf(PoisonError);
  expect(await next).toEqual([1]);
});

it('gives up what is aborted, in line or at work, and goes on with the others', async () => {
  const abort = new AbortController();
  const reason = new Error('taken away');
  const given = model.ask(['a', 'b'], abort.signal);
  const inLine = model.ask(['c'], abort.signal);
  const other = model.ask(['dd']);
  abort.abort(reason);
  await expect(given).rejects.toBe(reason);
  await expect(inLine).rejects.toBe(reason);
  expect(await other).toEqual([2]);
  await expect(model.ask(['e'], abort.signal)).rejects.toBe(reason);
});

it('refuses what waits when it is closed, and opens again when asked again', async () => {
  const waiting = expect(model.ask(['never'])).rejects.toThrow('closed');
  await model.open();
  await model.close();
  await waiting;
  await model.close();
  expect(await model.ask(['a'])).toEqual([1]);
});

it('ends the process when nothing is asked for, and opens another one', async () => {
  model = modelThat('works', { idleMs: 1 });
  await model.ask(['a']);
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
  await vi.waitFor(() => expect(processes()).toEqual([]), { timeout: 10_000 });
  expect(await model.ask(['bb'])).toEqual([2]);
});

it('refuses another model than the first one, or than the one asked for', async () => {
  model = modelThat('changes'); // another digest at each opening
  expect(await model.ask(['a'])).toEqual([1]);
  await model.close();
  for (const again of [model.ask(['b']), model.open(), model.ask(['a'])])
    await expect(again).rejects.toThrow(InvariantError);
  model = modelThat('works', { sha256: 'another' });
  await expect(model.ask(['a'])).rejects.toThrow('the model in works is another model (same)');
  model = modelThat('works', { sha256: 'same' });
  expect(await model.ask(['a'])).toEqual([1]);
});

const asRejected = (result: PromiseSettledResult<unknown>) =>
  result.status === 'rejected' ? result : { ...result, reason: null };
