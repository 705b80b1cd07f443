import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import { nativeEngine } from '../kernels/native-engine.ts';
import { statelessUniform } from '../kernels/stateless-uniform.ts';
import type { TrainableNet } from '../nets/net.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { eagerOn, graphOn, tfjsOn } from '../testing/open-models.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import type { Program } from './program.ts';
import { type TokenModel, tokenModel } from './token-model.ts';
import type { TrainerOptions } from './token-trainer.ts';

const golden = tinyBert();
const { anchors, positives } = golden;
const flat: TrainerOptions = { learningRate: 1e-3, totalSteps: 1e9, warmupShare: 0, seed: 9 };
const names = ['graph', 'eager', 'wasm'] as const;
let binding: NativeBinding;
let engines: Record<(typeof names)[number], (net: TrainableNet) => Program>;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  const { native } = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!native) throw new Error('there is no TensorFlow library');
  binding = native.binding;
  const { tf } = await openBackend(); // tfjs itself goes over to wasm; the binding stays
  engines = { graph: graphOn(binding), eager: eagerOn(binding), wasm: tfjsOn(tf) };
}, 300_000);

const open = (engine: (typeof names)[number], dropout: number): TokenModel =>
  tokenModel({ ...golden, dropout, openProgram: engines[engine] });

function threeSteps(engine: (typeof names)[number], dropout: number, microBatchSize: number) {
  const model = open(engine, dropout);
  const trainer = model.trainer({ ...flat, microBatchSize });
  const steps = [1, 2, 3].map(() => trainer.trainStep({ anchors, positives }));
  const weights = model.weights();
  model.dispose();
  return { losses: steps.map(({ loss }) => loss), weights };
}

test('random numbers are those of TensorFlow, bit by bit', () => {
  const engine = nativeEngine(binding);
  for (const [first, second, size] of [
    [0, 0, 1],
    [-5, 77, 1030],
    [2 ** 31 - 1, -(2 ** 31), 4],
  ] as const) {
    const found = engine.scopes.run(() => {
      const shape = engine.upload({ data: Int32Array.of(size), shape: [1] });
      const seed = engine.upload({ data: Int32Array.of(first, second), shape: [2] });
      return engine.download(engine.kernels.random(shape, seed));
    });
    expect(statelessUniform(first, second, size)).toEqual(found);
  }
  engine.dispose();
});

describe.each([
  ['in one part', Number.POSITIVE_INFINITY],
  ['in parts', 2],
])('a batch %s', (_, microBatchSize) => {
  test.each([0, 0.1])('trains alike on all engines with dropout %d', (dropout) => {
    const [graph, ...others] = names.map((name) => threeSteps(name, dropout, microBatchSize));
    for (const other of others) {
      expect(largestDifference(other.losses, graph?.losses ?? [])).toBeLessThan(1e-5);
      const worst = worstTensor(other.weights, graph?.weights ?? new Map(), { relative: false });
      expect(worst.difference, worst.name).toBeLessThan(1e-5);
    }
  });

  test.each(names)('with dropout, interrupted on the %s engine, goes on bit by bit', (engine) => {
    const options = { ...flat, microBatchSize };
    const unbroken = open(engine, 0.1);
    const trainer = unbroken.trainer(options);
    for (let i = 0; i < 2; i += 1) trainer.trainStep({ anchors, positives });
    const checkpoint = trainer.checkpoint();
    for (let i = 2; i < 4; i += 1) trainer.trainStep({ anchors, positives });

    const after = open(engine, 0.1);
    const second = after.trainer(options);
    second.restore(checkpoint);
    for (let i = 2; i < 4; i += 1) second.trainStep({ anchors, positives });
    expect(second.checkpoint()).toEqual(trainer.checkpoint());
    for (const model of [unbroken, after]) model.dispose();
  });
});

test.each(names)(
  'dropout on the %s engine changes training and leaves encoding alone',
  async (engine) => {
    const [plain, dropping] = [open(engine, 0), open(engine, 0.3)];
    expect(await dropping.encode(anchors)).toEqual(await plain.encode(anchors));
    const losses = [plain, dropping].map(
      (model) => model.trainer(flat).trainStep({ anchors, positives }).loss,
    );
    expect(Math.abs((losses[0] ?? 0) - (losses[1] ?? 0))).toBeGreaterThan(1e-3);
    for (const model of [plain, dropping]) model.dispose();
  },
);
