import { fileURLToPath } from 'node:url';
import { ensureTensorflow } from '@millrace/local-stack/assets';
import { TransientError } from '@millrace/shared/domain/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { modelDigests } from '../model-digests.ts';
import { type OpenMaskedLm, openMaskedLm } from './process-masked-lm.ts';

/** Random weights of 60 words, and what transformers makes of them: packages/engine/golden/tiny_masked_bert.py. */
const folder = fileURLToPath(
  new URL('../../../../packages/engine/golden/tiny-masked-bert', import.meta.url),
);
let libraryFolder: string;
let model: OpenMaskedLm;
beforeAll(async () => {
  libraryFolder = await ensureTensorflow();
  const { maskedLm: sha256 } = modelDigests({
    encoder: null,
    maskedLm: { folder, libraryFolder },
    translator: null,
  });
  model = openMaskedLm({ folder, libraryFolder, sha256: sha256 ?? undefined });
}, 300_000);
afterAll(() => model.close());

const text = 'i want to book a cheap hotel room';
const questions = [
  ...[true, false].map((besideItself) => ({ text, start: 17, end: 22, besideItself })),
  ...['👍 \ud83d lone', 'hotel '.repeat(5000)].map((long) => ({
    text: long,
    start: long.length - 6,
    end: long.length - 1,
    besideItself: true,
  })),
];

it('gives the same bits for the same list in another process, likeliest words first', async () => {
  const other = openMaskedLm({ folder, libraryFolder });
  try {
    const [here, there] = [
      await model.predict(questions, { top: 7 }),
      await other.predict(questions, { top: 7 }),
    ];
    expect(there).toEqual(here);
    expect(here.map(({ length }) => length)).toEqual([7, 7, 7, 7]);
    expect(await model.predict([], { top: 7 })).toEqual([]);
  } finally {
    await other.close();
  }
});

it('is transient without weights, and stops when it is aborted', async () => {
  const missing = openMaskedLm({ folder: '/nowhere', libraryFolder });
  await expect(missing.predict(questions, { top: 1 })).rejects.toBeInstanceOf(TransientError);
  await missing.close();
  const abort = new AbortController();
  const reason = new Error('taken away');
  const asked = model.predict(questions, { top: 1, signal: abort.signal });
  abort.abort(reason);
  await expect(asked).rejects.toBe(reason);
});
