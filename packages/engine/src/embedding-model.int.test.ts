import { readFileSync } from 'node:fs';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBackend } from './backend/backend.ts';
import { type EmbeddingModel, embeddingModel } from './embedding-model.ts';
import { largestDifference } from './testing/difference.ts';

// golden/mini_lm.py wrote it with sentence-transformers
const golden: {
  anchors: string[];
  positives: string[];
  embeddings: number[][];
  losses: number[];
} = JSON.parse(readFileSync(new URL('../golden/mini-lm.json', import.meta.url), 'utf8'));
const texts = [...golden.anchors, ...golden.positives];
let model: EmbeddingModel;

vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  const backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  model = await embeddingModel({ backend, folder: await ensureMiniLm(), maxSequenceLength: 512 });
}, 300_000);
afterAll(() => model.dispose());

describe('embeddingModel() of all-MiniLM-L6-v2', () => {
  test('lowers the sequence length to what the model takes', () => {
    expect(model.maxSequenceLength).toBe(256);
  });

  test('embeds as sentence-transformers does', async () => {
    const found = await model.encode(texts, { batchSize: 5 });
    expect(largestDifference(found, golden.embeddings.flat())).toBeLessThan(1e-5);
  });

  test('does not depend on the batch that a text is in', async () => {
    const together = await model.encode(texts);
    const alone = await model.encode([texts[3] ?? '']);
    const row = together.subarray(3 * model.dimension, 4 * model.dimension);
    expect(largestDifference(alone, row)).toBeLessThan(1e-6);
  });

  test('cuts a long text and embeds an empty one', async () => {
    const rows = await model.encode(['', 'word '.repeat(1000), 'word '.repeat(2000)]);
    const [empty, long, longer] = [0, 1, 2].map((i) =>
      rows.subarray(i * model.dimension, (i + 1) * model.dimension),
    );
    expect(Math.hypot(...(empty ?? []))).toBeCloseTo(1, 5);
    expect(largestDifference(longer ?? [], long ?? [1])).toBeLessThan(1e-6);
  });

  test('trains as sentence-transformers does', () => {
    const trainer = model.trainer({
      learningRate: 2e-5,
      totalSteps: 1e9, // so long that the rate is flat over three steps
      warmupShare: 0,
      seed: 1,
    });
    const found = golden.losses.map(() => trainer.trainStep(golden).loss);
    expect(largestDifference(found, golden.losses)).toBeLessThan(1e-5);
    trainer.dispose();
  });
});
