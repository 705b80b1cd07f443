import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from '../backend/backend.ts';
import { worstTensor } from '../testing/difference.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import { openProgram } from './open-program.ts';
import type { TokenBatch } from './token-batch.ts';
import { type TokenModel, tokenModel } from './token-model.ts';

const golden = tinyBert();
const anchors = golden.anchors.slice(0, 4);
const positives = golden.positives.slice(0, 4);
const texts = [...anchors, ...positives];
const batches: TokenBatch[] = [0, 2, 0, 2].map((start) => ({
  anchors: anchors.slice(start, start + 2),
  positives: positives.slice(start, start + 2),
}));
const options = { learningRate: 1e-3, totalSteps: 4, seed: 42, weightDecay: 0.5 };
const WORDS = 'embeddings.word_embeddings.weight';
const unseen = Array.from({ length: golden.shape.vocabulary }, (_, token) => token).find(
  (token) => !texts.flat().includes(token),
);
let backend: Backend;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use

beforeAll(async () => {
  backend = await openBackend();
});

function open(): TokenModel {
  const { shape, weights } = golden;
  return tokenModel({ shape, weights, openProgram: (net) => openProgram(backend, net) });
}

describe('a trainer that knows its texts', () => {
  test('makes the same model, decayed where no text reaches, in smaller checkpoints', () => {
    const whole = open();
    const wide = whole.trainer(options);
    const wideLosses = batches.map((batch) => wide.trainStep(batch).loss);

    const model = open();
    const trainer = model.trainer({ ...options, texts });
    const losses = batches.map((batch) => trainer.trainStep(batch).loss);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(wideLosses[i] ?? 0, 5);
    const { difference } = worstTensor(model.weights(), whole.weights(), { relative: false });
    expect(difference).toBeLessThan(1e-6);
    expect(trainer.remains).toBeLessThan(0.999);
    const size = (trainer: { checkpoint: TokenModel['weights'] }): number =>
      trainer.checkpoint().get('weight/word')?.data.length ?? 0;
    expect(size(trainer)).toBe(new Set(texts.flat()).size * golden.shape.hidden);
    expect(size(wide)).toBe(golden.shape.vocabulary * golden.shape.hidden);

    const during = model.weights();
    trainer.dispose();
    trainer.dispose();
    expect(model.weights()).toEqual(during);
    whole.dispose();
    model.dispose();
  });

  test('refuses a token of no text while it trains, and no longer', async () => {
    if (unseen === undefined) throw new Error('the texts use every token');
    const model = open();
    const trainer = model.trainer({ ...options, texts });
    await expect(model.encode([[unseen]])).rejects.toThrow(`token ${unseen} is in none of`);
    expect(() => trainer.trainStep({ anchors: [[unseen]], positives: [[5]] })).toThrow(RangeError);
    expect(await model.encode(anchors)).toHaveLength(anchors.length * model.dimension);
    trainer.dispose();
    expect(await model.encode([[unseen]])).toHaveLength(model.dimension);
    expect(model.weights().get(WORDS)?.shape).toEqual([
      golden.shape.vocabulary,
      golden.shape.hidden,
    ]);
    model.dispose();
  });

  test('goes on from a checkpoint as if it had never stopped, bit by bit', () => {
    const unbroken = open();
    const trainer = unbroken.trainer({ ...options, texts });
    for (const batch of batches) trainer.trainStep(batch);

    const before = open();
    const firstHalf = before.trainer({ ...options, texts });
    for (const batch of batches.slice(0, 2)) firstHalf.trainStep(batch);
    const checkpoint = firstHalf.checkpoint();
    before.dispose();
    firstHalf.dispose();

    const after = open();
    const secondHalf = after.trainer({ ...options, texts: texts.toReversed() });
    secondHalf.restore(checkpoint);
    for (const batch of batches.slice(2)) secondHalf.trainStep(batch);
    trainer.dispose();
    secondHalf.dispose();
    expect(after.weights()).toEqual(unbroken.weights());
    unbroken.dispose();
    after.dispose();
  });

  test('refuses a checkpoint of other tokens, as many as its own or all', () => {
    const model = open();
    const all = model.trainer(options).checkpoint();
    const trainer = model.trainer({ ...options, texts: [[5, 6]] });
    expect(() => trainer.restore(all)).toThrow('the checkpoint is of all tokens, not of these 2');
    const two = trainer.checkpoint();
    const other = model.trainer({ ...options, texts: [[5, 7]] });
    expect(() => other.restore(two)).toThrow('the checkpoint is of 2 tokens, not of these 2');
    model.dispose();
  });
});
