import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { InvariantError, TransientError } from '@millrace/shared/domain/errors';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { similarityOf } from '../core/similarity-of.ts';
import { modelDigests } from '../model-digests.ts';
import { type OpenEncoder, openEncoder } from './open-encoder.ts';
import { processEncoder } from './process-encoder.ts';

let folder: string;
let libraryFolder: string;
let encoder: OpenEncoder;
beforeAll(async () => {
  [folder, libraryFolder] = await Promise.all([ensureMiniLm(), ensureTensorflow()]);
  encoder = openEncoder({ folder, libraryFolder });
}, 300_000);
afterAll(() => encoder.close());

const texts = [
  'I want to book a cheap apartment',
  'I want to book an inexpensive apartment',
  'I hate the weather today',
  '',
  '👍 \ud83d lone',
  'word '.repeat(5000),
];

it('puts what means the same near each other, and takes any text', async () => {
  const near = similarityOf(texts, await encoder.encode(texts));
  const [a = '', b = '', c = ''] = texts;
  expect(near(a, a)).toBeCloseTo(1, 6);
  expect(near(a, b)).toBeGreaterThan(0.9);
  expect(near(a, c)).toBeLessThan(0.3);
  expect(() => near(a, 'unknown')).toThrow(RangeError);
});

it('gives the same bits for the same list in another process, at any time', async () => {
  const long = Array.from({ length: 70 }, (_, i) => `message ${i} ${'again '.repeat(i % 17)}`);
  const other = processEncoder({ folder, libraryFolder });
  try {
    await other.encode(texts);
    const [first, second, third] = await Promise.all([
      encoder.encode(long),
      other.encode(long),
      other.encode(long),
    ]);
    for (const { rows } of [second, third])
      expect(Buffer.compare(bytes(rows), bytes(first.rows))).toBe(0);
    expect(first.rows).toHaveLength(70 * 384);
  } finally {
    await other.close();
  }
});

it('has a digest of all files that decide, and refuses weights that are put in the place of the first ones', async () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'millrace-encoder-'));
  const weights = path.join(copy, 'model.safetensors');
  mkdirSync(path.join(copy, '1_Pooling'));
  for (const name of ['config.json', 'modules.json', '1_Pooling/config.json', 'tokenizer.json'])
    copyFileSync(path.join(folder, name), path.join(copy, name));
  for (const name of ['sentence_bert_config', 'tokenizer_config', 'config_sentence_transformers'])
    copyFileSync(path.join(folder, `${name}.json`), path.join(copy, `${name}.json`));
  symlinkSync(path.join(folder, 'model.safetensors'), weights);
  const places = { folder: copy, libraryFolder };
  const { encoder: sha256 } = modelDigests({ encoder: places, maskedLm: null, translator: null });
  expect(sha256).toBe(
    modelDigests({ encoder: { folder, libraryFolder }, maskedLm: null, translator: null }).encoder,
  );

  const other = processEncoder({ ...places, sha256: sha256 ?? undefined });
  try {
    const [there, here] = [await other.encode(texts), await encoder.encode(texts)];
    expect(Buffer.compare(bytes(there.rows), bytes(here.rows))).toBe(0);
    const changed = readFileSync(weights);
    changed[changed.length - 2] = (changed.at(-2) ?? 0) ^ 1;
    unlinkSync(weights);
    writeFileSync(weights, changed);
    await other.encode(texts); // what is open stays open
    await other.close();
    await expect(other.encode(texts)).rejects.toBeInstanceOf(InvariantError);
    expect(modelDigests({ encoder: places, maskedLm: null, translator: null }).encoder).not.toBe(
      sha256,
    );
  } finally {
    await other.close();
    rmSync(copy, { recursive: true });
  }
});

it('is transient without weights', async () => {
  const missing = openEncoder({ folder: '/nowhere', libraryFolder });
  await expect(missing.encode(['a'])).rejects.toBeInstanceOf(TransientError);
  await missing.close();
  expect(() =>
    modelDigests({
      encoder: { folder: '/nowhere', libraryFolder },
      maskedLm: null,
      translator: null,
    }),
  ).toThrow(
    new TransientError(
      'MILLRACE_RESOURCE_ENCODER',
      'the encoder in /nowhere does not open: /nowhere has no config.json',
    ),
  );
});

const bytes = (rows: Float32Array) => new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
