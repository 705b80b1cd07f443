import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import { nativeEngine } from '../kernels/native-engine.ts';
import { rankingFeeds } from '../losses/ranking-loss.ts';
import { bertGeometry } from '../nets/bert-geometry.ts';
import { bertTape } from '../nets/bert-tape.ts';
import { embeddingNet } from '../nets/embedding-net.ts';
import type { TrainableNet } from '../nets/net.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { goldenRun } from '../testing/golden-run.ts';
import { eagerGradients, graphGradients } from '../testing/gradients.ts';
import { eagerOn, graphOn } from '../testing/open-models.ts';
import { tinyBert } from '../testing/tiny-bert.ts';
import type { Program } from './program.ts';

const golden = tinyBert();
const texts = [...golden.anchors, ...golden.positives];
let binding: NativeBinding;
let tf: Awaited<ReturnType<typeof openBackend>>['tf'];

beforeAll(async () => {
  const backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!backend.native) throw new Error(backend.says);
  binding = backend.native.binding;
  tf = backend.tf;
}, 300_000);
vi.setConfig({ testTimeout: 60_000 });

const eager = (net: TrainableNet): Program => eagerOn(binding)(net);
const graph = (net: TrainableNet): Program => graphOn(binding)(net);
const feedsFor = (batch: readonly (readonly number[])[], buckets: number) =>
  new Map([
    ...bertGeometry(batch, buckets, golden.shape).feeds,
    ...rankingFeeds({ pairs: batch.length / 2, candidates: batch.length / 2 }, () => true),
  ]);

describe.each([
  ['graph', graph],
  ['eager', eager],
])('the %s engine', (_, openProgram) => {
  test('embeds, trains and clips as PyTorch does', async () => {
    const run = await goldenRun(golden, openProgram);
    expect(largestDifference(run.embeddings, golden.embeddings.flat())).toBeLessThan(1e-5);
    expect(largestDifference(run.losses, golden.losses)).toBeLessThan(1e-4);
    run.norms.forEach((norm, i) => {
      expect(norm / (golden.norms[i] ?? 0)).toBeCloseTo(1, 4);
    });
    expect(worstTensor(run.trained, golden.trained, { relative: false }).difference).toBeLessThan(
      1e-4,
    );
  });

  test('repeats itself bit by bit', async () => {
    const [first, second] = [
      await goldenRun(golden, openProgram),
      await goldenRun(golden, openProgram),
    ];
    expect(second.losses).toEqual(first.losses);
    expect(worstTensor(second.trained, first.trained, { relative: false }).difference).toBe(0);
  });

  test('leaves no tensor behind', async () => {
    await goldenRun(golden, openProgram);
    const before = [binding.getNumOfTensors(), binding.getNumOfSavedModels()];
    await goldenRun(golden, openProgram);
    expect([binding.getNumOfTensors(), binding.getNumOfSavedModels()]).toEqual(before);
  });
});

describe('gradients', () => {
  test.each([1, 2, 4])('equal those of PyTorch with %i attention buckets', (buckets) => {
    const net = embeddingNet(golden.shape, { buckets, dropout: 0 });
    const input = { weights: golden.weights, feeds: feedsFor(texts, buckets) };
    const engine = nativeEngine(binding);
    for (const found of [eagerGradients(engine, net, input), graphGradients(binding, net, input)]) {
      expect(found.loss).toBeCloseTo(golden.losses[0] ?? 0, 5);
      const worst = worstTensor(found.gradients, golden.gradients, { relative: true });
      expect(worst.difference, worst.name).toBeLessThan(5e-5);
    }
    engine.dispose();
  });

  test.each([
    [
      'texts of one length',
      [
        [5, 6, 7],
        [8, 9, 10],
        [11, 12, 13],
        [14, 15, 16],
      ],
    ],
    ['one pair', [[5, 6, 7, 8], [9]]],
    ['fewer texts than buckets', [[5], [6]]],
    ['very uneven texts', [[5], Array.from({ length: 31 }, (_, i) => i + 5), [7, 8], [9]]],
  ])('equal those of the tape for %s', (_, batch) => {
    const net = embeddingNet(golden.shape, { buckets: 4, dropout: 0 });
    const pairs = batch.length / 2;
    const input = { weights: golden.weights, feeds: feedsFor(batch, 4) };
    const tape = bertTape(
      tf,
      golden.shape,
      golden.weights,
    )({
      texts: batch,
      mask: new Float32Array(pairs * pairs),
    });
    const wanted = new Map(
      [...tape.gradients].map(([name, data]) => [name, { data, shape: [data.length] }]),
    );
    const found = graphGradients(binding, net, input);
    expect(found.loss).toBeCloseTo(tape.loss, 4);
    for (const [name, { data }] of wanted) {
      const scale = Math.max(
        1e-4,
        data.reduce((max, x) => Math.max(max, Math.abs(x)), 0),
      );
      const difference = largestDifference(found.gradients.get(name)?.data ?? [], data);
      if (!/key\.bias$/.test(name)) expect(difference / scale, name).toBeLessThan(1e-4);
    }
  });
});
