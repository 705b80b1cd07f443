import { ensureTensorflow } from '@millrace/local-stack/assets';
import type * as TF from '@tensorflow/tfjs';
import { beforeAll, expect, test, vi } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import type { TrainableNet } from '../nets/net.ts';
import { eagerOn, graphOn, tfjsOn } from '../testing/open-models.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import type { Program } from './program.ts';
import type { TokenBatch } from './token-batch.ts';
import { tokenModel } from './token-model.ts';

const golden = tinyBert();
/** The first third warms up; the long form finds a leak of a third as much a step. */
const STEPS = process.env['MILLRACE_TEST_LONG'] === '1' ? 300 : 90;
let binding: NativeBinding;
let tf: typeof TF;

vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  const { native } = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!native) throw new Error('there is no TensorFlow library');
  binding = native.binding;
  ({ tf } = await openBackend()); // tfjs itself goes over to wasm; the binding stays
}, 300_000);

const native = (): number => binding.getNumOfTensors();
const ofTfjs = (): number => tf.memory().numTensors;
/** Resident outside of V8's heap, which grows and shrinks as it likes while what is used of it stays the same. */
function mebibytes(): number {
  const { rss, heapTotal } = process.memoryUsage();
  return (rss - heapTotal) / 2 ** 20;
}

/** Batches of 1 to 4 pairs, whole ones and some in parts. */
function batch(step: number): TokenBatch {
  const size = 1 + (step % 4);
  return { anchors: golden.anchors.slice(-size), positives: golden.positives.slice(-size) };
}

test.each<[string, () => (net: TrainableNet) => Program, () => number]>([
  ['graph', () => graphOn(binding), native],
  ['eager', () => eagerOn(binding), native],
  ['wasm', () => tfjsOn(tf), ofTfjs],
])(
  `%s: ${STEPS} steps, some of them refused, hold the same tensors and memory`,
  (_, engine, tensors) => {
    const model = tokenModel({ ...golden, dropout: 0.1, openProgram: engine() });
    const trainer = model.trainer({
      learningRate: 1e-4,
      totalSteps: STEPS,
      microBatchSize: 2,
      seed: 1,
    });
    let before = { tensors: 0, rss: 0 };
    while (trainer.step < STEPS) {
      trainer.trainStep(batch(trainer.step));
      if (trainer.step % 15 === 0) {
        // a token that no vocabulary has stops a step in the middle
        const wrong = { anchors: [[5, 1e6], [5], [6], [7]], positives: [[6], [7], [8], [9]] };
        expect(() => trainer.trainStep(wrong)).toThrow();
      }
      if (trainer.step === STEPS / 3) before = { tensors: tensors(), rss: mebibytes() };
    }
    expect(tensors()).toBe(before.tensors);
    expect(mebibytes() - before.rss).toBeLessThan(24);
    model.dispose();
  },
);
