import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import { tfjsEngine } from '../kernels/tfjs-engine.ts';
import { rankingFeeds } from '../losses/ranking-loss.ts';
import { bertGeometry } from '../nets/bert-geometry.ts';
import { bertTape } from '../nets/bert-tape.ts';
import { embeddingNet } from '../nets/embedding-net.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { goldenRun } from '../testing/golden-run.ts';
import { eagerGradients } from '../testing/gradients.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import { openProgram } from './open-program.ts';

const golden = tinyBert();
const texts = [...golden.anchors, ...golden.positives];
let backend: Awaited<ReturnType<typeof openBackend>>;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use

beforeAll(async () => {
  backend = await openBackend();
});

describe('on wasm', () => {
  test('the engine embeds, trains and clips as PyTorch does', async () => {
    const run = await goldenRun(golden, (net) => openProgram(backend, net));
    expect(largestDifference(run.embeddings, golden.embeddings.flat())).toBeLessThan(1e-5);
    expect(largestDifference(run.losses, golden.losses)).toBeLessThan(1e-4);
    run.norms.forEach((norm, i) => {
      expect(norm / (golden.norms[i] ?? 0)).toBeCloseTo(1, 4);
    });
    const worst = worstTensor(run.trained, golden.trained, { relative: false });
    expect(worst.difference, worst.name).toBeLessThan(1e-4);
  });

  test('the engine computes the gradients that PyTorch computes', () => {
    const engine = tfjsEngine(tf);
    const feeds = new Map([
      ...bertGeometry(texts, 2, golden.shape).feeds,
      ...rankingFeeds(
        { pairs: golden.anchors.length, candidates: golden.anchors.length },
        () => true,
      ),
    ]);
    const net = embeddingNet(golden.shape, { buckets: 2, dropout: 0 });
    const found = eagerGradients(engine, net, { weights: golden.weights, feeds });
    const worst = worstTensor(found.gradients, golden.gradients, { relative: true });
    expect(worst.difference, worst.name).toBeLessThan(5e-5);
    engine.dispose();
  });

  test('the tape, the judge of odd batches, is judged by PyTorch itself', () => {
    const tape = bertTape(tf, golden.shape, golden.weights);
    const found = tape({ texts, mask: new Float32Array(golden.anchors.length ** 2) });
    expect(largestDifference(found.embeddings, golden.embeddings.flat())).toBeLessThan(1e-5);
    expect(found.loss).toBeCloseTo(golden.losses[0] ?? 0, 5);
    const gradients = new Map(
      [...found.gradients].map(([name, data]) => [name, { data, shape: [data.length] }]),
    );
    const worst = worstTensor(gradients, golden.gradients, { relative: true });
    expect(worst.difference, worst.name).toBeLessThan(5e-5);
  });

  test('the engine leaves no tensor behind', async () => {
    await goldenRun(golden, (net) => openProgram(backend, net));
    const before = tf.memory().numTensors;
    await goldenRun(golden, (net) => openProgram(backend, net));
    expect(tf.memory().numTensors).toBe(before);
  });
});
