import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from '../backend/backend.ts';
import type { Weights } from '../formats/weight.ts';
import { unfuse } from '../nets/fused-weights.ts';
import { worstTensor } from '../testing/difference.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import { cutIntoParts } from './cached-step.ts';
import { openProgram } from './open-program.ts';
import type { Program } from './program.ts';
import { type TokenModel, tokenModel } from './token-model.ts';

const golden = tinyBert();
const { anchors, positives } = golden;
const flat = { learningRate: 1e-3, totalSteps: 1e9, warmupShare: 0, seed: 1 };
let backend: Backend;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use

beforeAll(async () => {
  backend = await openBackend();
});

/** A model, and what its program has stored in a slot, by the names of the model file. */
function open(dropout = 0): TokenModel & { gradientSum(): Weights } {
  let stored = (): Weights => new Map();
  const model = tokenModel({
    ...golden,
    dropout,
    openProgram: (net) => {
      const program: Program = openProgram(backend, net);
      stored = () => {
        const sum = program.read('gradientSum');
        return new Map(
          net.parameters.flatMap((p) => [...unfuse(p, sum.get(p.name) ?? new Float32Array())]),
        );
      };
      return program;
    },
  });
  return { ...model, gradientSum: () => stored() };
}

describe('a batch in parts', () => {
  test.each([1, 2, 4])(
    'of %i pairs has the gradients that PyTorch computes for the whole',
    (size) => {
      const model = open();
      const step = model
        .trainer({ ...flat, microBatchSize: size })
        .trainStep({ anchors, positives });
      expect(step.loss).toBeCloseTo(golden.losses[0] ?? 0, 5);
      const worst = worstTensor(model.gradientSum(), golden.gradients, { relative: true });
      expect(worst.difference, worst.name).toBeLessThan(5e-5);
      model.dispose();
    },
  );

  test('trains as the whole does: loss, norm and weights over three steps', () => {
    const [whole, parts] = [open(), open()];
    const trainers = [whole.trainer(flat), parts.trainer({ ...flat, microBatchSize: 2 })];
    for (const _ of golden.losses) {
      const [a, b] = trainers.map((trainer) => trainer.trainStep({ anchors, positives }));
      expect(Math.abs((a?.loss ?? 0) - (b?.loss ?? 1))).toBeLessThan(1e-5);
      expect((a?.gradientNorm ?? 0) / (b?.gradientNorm ?? 1)).toBeCloseTo(1, 5);
      expect(a?.tokens).toBe(b?.tokens);
    }
    const worst = worstTensor(parts.weights(), whole.weights(), { relative: false });
    expect(worst.difference, worst.name).toBeLessThan(1e-5);
    whole.dispose();
    parts.dispose();
  });

  test('has further negatives and masked pairs in common', () => {
    const batch = {
      anchors,
      positives,
      groups: anchors.map((_, i) => `session ${i % 3}`),
      negatives: [{ text: [5, 9, 6], anchor: [5, 7, 6], group: 'session 1' }],
    };
    const [whole, parts] = [open(), open()];
    const one = whole.trainer(flat).trainStep(batch);
    const other = parts.trainer({ ...flat, microBatchSize: 1 }).trainStep(batch);
    expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-5);
    const plain = open();
    const without = plain.trainer(flat).trainStep({ anchors, positives, groups: batch.groups });
    expect(one.loss).toBeGreaterThan(without.loss);
    for (const model of [whole, parts, plain]) model.dispose();
  });

  test('drops the same numbers in both passes: the gradient is that of the loss', () => {
    // along the gradient the loss changes as fast as the gradient is long
    const options = { ...flat, microBatchSize: 2, clipNorm: 1e9, weightDecay: 0 };
    const model = open(0.2);
    const at = model.trainer({ ...options, learningRate: 0 });
    const { gradientNorm } = at.trainStep({ anchors, positives });
    const [direction, start] = [model.gradientSum(), model.weights()];
    at.dispose();
    const lossAt = (distance: number): number => {
      const moved = new Map(
        [...start].map(([name, { shape, data }]) => {
          const along = direction.get(name)?.data ?? [];
          return [
            name,
            { shape, data: data.map((w, i) => w + (distance * (along[i] ?? 0)) / gradientNorm) },
          ];
        }),
      );
      const shifted = tokenModel({
        ...golden,
        weights: moved,
        dropout: 0.2,
        openProgram: (net) => openProgram(backend, net),
      });
      const { loss } = shifted.trainer(options).trainStep({ anchors, positives });
      shifted.dispose();
      return loss;
    };
    const slope = (lossAt(5e-3) - lossAt(-5e-3)) / 1e-2;
    expect(slope / gradientNorm).toBeCloseTo(1, 2);
    model.dispose();
  });
});

test('cutIntoParts() takes every text once, the longest first', () => {
  expect(cutIntoParts([3, 9, 1, 9, 4], 2)).toEqual([[1, 3], [4, 0], [2]]);
  expect(cutIntoParts([], 2)).toEqual([]);
});
