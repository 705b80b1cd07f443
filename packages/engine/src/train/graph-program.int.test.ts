import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { eagerOn } from '../testing/open-models.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import { openProgram } from './open-program.ts';
import type { TokenBatch } from './token-batch.ts';
import { type TokenModel, tokenModel } from './token-model.ts';

const { shape, weights, anchors, positives } = tinyBert();
const options = { learningRate: 1e-3, totalSteps: 40, seed: 7 };
let backend: Backend;
let binding: NativeBinding;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!backend.native) throw new Error(backend.says);
  binding = backend.native.binding;
}, 300_000);

/** Batches of all sizes: 1 to 6 pairs. */
function batch(step: number): TokenBatch {
  const size = 1 + (step % anchors.length);
  return { anchors: anchors.slice(-size), positives: positives.slice(-size) };
}

const graphModel = (): TokenModel =>
  tokenModel({ shape, weights, openProgram: (net) => openProgram(backend, net) });

const eagerModel = (): TokenModel => tokenModel({ shape, weights, openProgram: eagerOn(binding) });

test('the graph and the eager engine train alike', () => {
  const [graph, eager] = [graphModel(), eagerModel()];
  const [a, b] = [graph.trainer(options), eager.trainer(options)];
  const steps = Array.from({ length: 10 }, (_, i) => batch(i));
  const losses = [a, b].map((trainer) => steps.map((s) => trainer.trainStep(s).loss));
  expect(largestDifference(losses[0] ?? [], losses[1] ?? [])).toBeLessThan(1e-4);
  const worst = worstTensor(graph.weights(), eager.weights(), { relative: false });
  expect(worst.difference, worst.name).toBeLessThan(1e-4);
  graph.dispose();
  eager.dispose();
});

test.each([
  ['graph', graphModel],
  ['eager', eagerModel],
])('a run of the %s engine that was interrupted equals one that was not, bit by bit', (_, open) => {
  const unbroken = open();
  const trainer = unbroken.trainer(options);
  for (let i = 0; i < 8; i += 1) trainer.trainStep(batch(i));

  const before = open();
  const first = before.trainer(options);
  for (let i = 0; i < 3; i += 1) first.trainStep(batch(i));
  const checkpoint = first.checkpoint();
  before.dispose();

  const after = open();
  const second = after.trainer(options);
  second.restore(checkpoint);
  for (let i = 3; i < 8; i += 1) second.trainStep(batch(i));
  expect(second.checkpoint()).toEqual(trainer.checkpoint());
  after.dispose();
  unbroken.dispose();
});

test.each([
  ['graph', graphModel],
  ['eager', eagerModel],
])('steps of the %s engine, also refused ones, leave no tensor behind', (_, open) => {
  const model = open();
  const trainer = model.trainer(options);
  trainer.trainStep(batch(0));
  const before = binding.getNumOfTensors();
  for (let i = 0; i < 20; i += 1) trainer.trainStep(batch(i));
  // a token that the vocabulary does not have is refused by TensorFlow itself, in the middle of the step
  expect(() => trainer.trainStep({ anchors: [[5, 1000]], positives: [[6]] })).toThrow('1000');
  trainer.trainStep(batch(1));
  expect(binding.getNumOfTensors()).toBe(before);
  model.dispose();
});
