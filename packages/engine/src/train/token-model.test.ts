import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from '../backend/backend.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import { openProgram } from './open-program.ts';
import { TrainingDiverged } from './run.ts';
import type { TokenBatch } from './token-batch.ts';
import { type TokenModel, tokenModel } from './token-model.ts';

const golden = tinyBert();
const { anchors, positives } = golden;
const batches: TokenBatch[] = [0, 1, 2, 3].map((start) => ({
  anchors: anchors.slice(start, start + 3),
  positives: positives.slice(start, start + 3),
}));
const options = { learningRate: 1e-3, totalSteps: 4, seed: 42 };
let backend: Backend;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use

beforeAll(async () => {
  backend = await openBackend();
});

function open(): TokenModel {
  const { shape, weights } = golden;
  return tokenModel({ shape, weights, openProgram: (net) => openProgram(backend, net) });
}

describe('tokenModel()', () => {
  test('gives back the weights that it was given', () => {
    const model = open();
    expect(worstTensor(model.weights(), golden.weights, { relative: false }).difference).toBe(0);
    model.dispose();
  });

  test('keeps tensors that it does not compute, and the prefix that the names have', () => {
    const pooler = { shape: [2], data: Float32Array.of(1, 2) };
    const weights = new Map(
      [...golden.weights, ['pooler.dense.bias', pooler] as const].map(([name, weight]) => [
        `bert.${name}`,
        weight,
      ]),
    );
    const model = tokenModel({
      shape: golden.shape,
      weights,
      openProgram: (net) => openProgram(backend, net),
    });
    expect(model.weights().get('bert.pooler.dense.bias')).toEqual(pooler);
    expect([...model.weights().keys()].toSorted()).toEqual([...weights.keys()].toSorted());
    model.dispose();
  });

  test('names the tensor that is missing', () => {
    const weights = new Map(golden.weights);
    weights.delete('encoder.layer.1.output.dense.bias');
    expect(() =>
      tokenModel({
        shape: golden.shape,
        weights,
        openProgram: (net) => openProgram(backend, net),
      }),
    ).toThrow('encoder.layer.1.output.dense.bias');
  });

  test('embeds a text alone as in a batch', async () => {
    const model = open();
    const together = await model.encode(anchors);
    for (const [i, text] of anchors.entries()) {
      const alone = await model.encode([text]);
      const row = together.subarray(i * model.dimension, (i + 1) * model.dimension);
      expect(largestDifference(alone, row)).toBeLessThan(1e-6);
    }
    model.dispose();
  });

  test('embeds a corpus as each of its texts alone, and says how far it is', async () => {
    const model = open();
    const corpus = Array.from({ length: 90 }, (_, i) =>
      Array.from({ length: 1 + ((i * 7) % 31) }, (_, p) => 5 + ((i * 31 + p * 17) % 40)),
    );
    const done: number[] = [];
    const together = await model.encode(corpus, {
      batchSize: 16,
      onProgress: (count) => done.push(count),
    });
    expect(done).toEqual([16, 32, 48, 64, 80, 90]);
    for (const [i, text] of corpus.entries()) {
      const row = together.subarray(i * model.dimension, (i + 1) * model.dimension);
      expect(largestDifference(await model.encode([text]), row)).toBeLessThan(1e-6);
    }
    model.dispose();
  });

  test('can be given back together with its trainer, in any order, more than once', () => {
    for (const order of [0, 1]) {
      const model = open();
      const both = [model, model.trainer(options)];
      for (const part of order === 0 ? both : both.toReversed()) part.dispose();
      for (const part of both) part.dispose();
    }
  });

  test('can be trained again after its trainer was given back', () => {
    const model = open();
    for (const _ of [1, 2]) {
      const trainer = model.trainer(options);
      for (const batch of batches) trainer.trainStep(batch);
      trainer.dispose();
    }
    model.dispose();
  });

  test('stops encoding when it is told to', async () => {
    const model = open();
    await expect(model.encode(anchors, { signal: AbortSignal.abort() })).rejects.toThrow();
    model.dispose();
  });
});

describe('trainStep()', () => {
  test('overfits one batch', () => {
    const model = open();
    const trainer = model.trainer({ learningRate: 1e-2, totalSteps: 15, seed: 1 });
    const batch = { anchors, positives };
    const losses = Array.from({ length: 15 }, () => trainer.trainStep(batch).loss);
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(0.05);
    model.dispose();
  });

  test('reports the learning rate, the real tokens and the step', () => {
    const model = open();
    const trainer = model.trainer({ ...options, warmupShare: 0.5 });
    const steps = batches.map((batch) => trainer.trainStep(batch));
    const rates = steps.map(({ learningRate }) => learningRate);
    expect(rates).toEqual([5e-4, 1e-3, 1e-3, 5e-4]);
    const tokens = [...(batches[0]?.anchors ?? []), ...(batches[0]?.positives ?? [])].flat().length;
    expect(steps[0]?.tokens).toBe(tokens);
    expect(trainer.step).toBe(4);
    expect(() => trainer.trainStep({ anchors, positives })).toThrow('all 4 steps are done');
    model.dispose();
  });

  test('takes no pair with equal texts or of one group for a negative, unless it is told to', () => {
    const model = open();
    const [first = [], second = []] = anchors;
    const [one = [], two = []] = positives;
    const loss = (batch: TokenBatch, maskFalseNegatives = true): number =>
      model.trainer({ ...options, maskFalseNegatives, learningRate: 0 }).trainStep(batch).loss;
    // two equal pairs are no negatives of each other, so nothing competes: the loss is 0
    expect(loss({ anchors: [first, first], positives: [one, one] })).toBe(0);
    expect(loss({ anchors: [first, second], positives: [one, one] })).toBe(0);
    const free = { anchors: [first, second], positives: [one, two] };
    expect(loss({ ...free, groups: ['s', 's'] })).toBe(0);
    expect(loss({ ...free, groups: ['s', 't'] })).toBe(loss(free));
    expect(loss(free)).toBeGreaterThan(0.1);
    // one of two equal answers: a coin toss
    expect(loss({ anchors: [first, second], positives: [one, one] }, false)).toBeCloseTo(Math.LN2);
    model.dispose();
  });

  test('trains on a single pair, which has nothing to be told from', () => {
    const model = open();
    const one = { anchors: anchors.slice(0, 1), positives: positives.slice(0, 1) };
    expect(model.trainer(options).trainStep(one).loss).toBe(0);
    model.dispose();
  });

  test('refuses a batch without pairs', () => {
    const model = open();
    const trainer = model.trainer(options);
    expect(() => trainer.trainStep({ anchors: [], positives: [] })).toThrow(RangeError);
    expect(() => trainer.trainStep({ anchors, positives: [] })).toThrow(RangeError);
    expect(() => trainer.trainStep({ anchors: [[]], positives: [[5]] })).toThrow('no token');
    expect(trainer.step).toBe(0);
    model.dispose();
  });

  test('says when training has diverged', () => {
    const model = open();
    const trainer = model.trainer({ ...options, learningRate: 1e38, warmupShare: 0 });
    const train = () => {
      for (const batch of batches) trainer.trainStep(batch);
    };
    expect(train).toThrow(TrainingDiverged);
    expect(train).toThrow(/step \d+: the learning rate is too high \(loss /);
    model.dispose();

    const weights = new Map(golden.weights);
    const broken = weights.get('encoder.layer.0.output.dense.weight');
    if (!broken) throw new Error('the golden model has another shape');
    weights.set('encoder.layer.0.output.dense.weight', {
      ...broken,
      data: broken.data.map((x, i) => (i === 3 ? Number.NaN : x)),
    });
    const bad = tokenModel({
      shape: golden.shape,
      weights,
      openProgram: (net) => openProgram(backend, net),
    });
    expect(() => bad.trainer(options).trainStep({ anchors, positives })).toThrow(
      'step 1: a weight of the base model is no number',
    );
    bad.dispose();
  });
});

describe('checkpoint()', () => {
  test('continues as if the run had never stopped, bit by bit', () => {
    const unbroken = open();
    const trainer = unbroken.trainer(options);
    const losses = batches.map((batch) => trainer.trainStep(batch).loss);

    const before = open();
    const firstHalf = before.trainer(options);
    for (const batch of batches.slice(0, 2)) firstHalf.trainStep(batch);
    const checkpoint = firstHalf.checkpoint();
    before.dispose();

    const after = open();
    const secondHalf = after.trainer(options);
    secondHalf.restore(checkpoint);
    expect(secondHalf.step).toBe(2);
    const rest = batches.slice(2).map((batch) => secondHalf.trainStep(batch).loss);
    expect(rest).toEqual(losses.slice(2));
    expect(after.weights()).toEqual(unbroken.weights());
    unbroken.dispose();
    after.dispose();
  });

  test('is refused by another run and by another net, which stay as they were', () => {
    const model = open();
    const trainer = model.trainer(options);
    const checkpoint = trainer.checkpoint();
    expect(() => model.trainer({ ...options, seed: 43 }).restore(checkpoint)).toThrow('seed');
    expect(() => model.trainer({ ...options, totalSteps: 5 }).restore(checkpoint)).toThrow(
      'totalSteps',
    );
    checkpoint.delete('firstMoment/1.qkv');
    expect(() => trainer.restore(checkpoint)).toThrow('firstMoment/1.qkv is missing');
    expect(worstTensor(model.weights(), golden.weights, { relative: false }).difference).toBe(0);
    model.dispose();
  });

  test('holds a seed of 32 bits', () => {
    const model = open();
    const run = { ...options, seed: 0xfedc_ba98 };
    const checkpoint = model.trainer(run).checkpoint();
    expect(() => model.trainer(run).restore(checkpoint)).not.toThrow();
    model.dispose();
  });
});
