import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from '../backend/backend.ts';
import { type CausalModel, causalModel } from '../causal-model.ts';
import { type LoraAdapter, readPeftAdapter, writePeftAdapter } from '../formats/peft-adapter.ts';
import { tfjsEngine } from '../kernels/tfjs-engine.ts';
import type { CausalExample } from '../nets/causal-net.ts';
import { tinyLlamaStep } from '../testing/causal-feeds.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { eagerGradients } from '../testing/gradients.ts';
import { tinyLlama } from '../testing/tiny-llama.ts';

const golden = tinyLlama();
const adapter = readPeftAdapter(golden.adapter);
const run = { learningRate: 1e-2, totalSteps: 8, seed: 3 };
const temporary = mkdtempSync(join(tmpdir(), 'millrace-causal-'));
let backend: Backend;
let folders = 0;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  backend = await openBackend();
});
afterAll(() => rmSync(temporary, { recursive: true }));

/** A model with the golden adapter, changed. */
function open(changed: Partial<LoraAdapter> = {}): Promise<CausalModel> {
  folders += 1;
  const adapterFolder = join(temporary, String(folders));
  const base = { nameOrPath: '', sha256: '' };
  writePeftAdapter(adapterFolder, { adapter: { ...adapter, ...changed }, base, readme: '' });
  rmSync(join(adapterFolder, 'base_model.json'));
  return causalModel({ backend, folder: golden.base, adapterFolder });
}

async function lossesOf(changed: Partial<LoraAdapter>): Promise<Float64Array> {
  const model = await open(changed);
  const { loss } = await model.losses(golden.examples);
  model.dispose();
  return loss;
}

const batch = (step: number): readonly CausalExample[] =>
  golden.examples.filter((_, i) => i !== step % golden.examples.length);

describe('gradients', () => {
  test.each([false, true])('equal those of PyTorch, computed again: %s', (recompute) => {
    const engine = tfjsEngine(tf);
    const { net, ...input } = tinyLlamaStep(golden, golden.examples, { recompute });
    const found = eagerGradients(engine, net, input);
    expect(found.loss).toBeCloseTo(golden.losses[0] ?? 0, 5);
    const worst = worstTensor(found.gradients, golden.gradients, { relative: true });
    expect(worst.difference, worst.name).toBeLessThan(5e-5);
    expect(found.gradients.size).toBe(golden.gradients.size);
    engine.dispose();
  });
});

describe('an adapter', () => {
  test.each([[['q_proj', 'v_proj']], [['k_proj', 'up_proj']], [['down_proj']]])(
    'of %j computes what one of all modules does whose other B are zero',
    async (targetModules) => {
      const isTarget = (name: string) => targetModules.some((module) => name.includes(module));
      const some = new Map([...adapter.weights].filter(([name]) => isTarget(name)));
      const zeroed = new Map(
        [...adapter.weights].map(([name, weight]) => {
          const isOn = isTarget(name) || name.includes('lora_A');
          return [name, isOn ? weight : { ...weight, data: weight.data.map(() => 0) }];
        }),
      );
      const found = await lossesOf({ targetModules, weights: some });
      expect(largestDifference(found, await lossesOf({ weights: zeroed }))).toBeLessThan(1e-5);
      const model = await open({ targetModules, weights: some });
      const trainer = model.trainer(run);
      trainer.trainStep(golden.examples);
      const after = model.adapter().weights;
      expect([...after.keys()].sort()).toEqual([...some.keys()].sort());
      for (const [name, { data }] of after) {
        expect(
          data.every(Number.isFinite) && largestDifference(data, some.get(name)?.data ?? []) > 0,
        ).toBe(true);
      }
      model.dispose();
    },
  );

  test('that is rank-stabilised is scaled by alpha over the root of the rank', async () => {
    const found = await lossesOf({ rankStabilised: true });
    const same = await lossesOf({ alpha: adapter.alpha * Math.sqrt(adapter.rank) });
    expect(largestDifference(found, same)).toBeLessThan(1e-6);
  });

  test('that is new computes the base, and follows from its seed', async () => {
    const lora = { ...adapter, seed: 7 };
    const options = { backend, folder: golden.base };
    const [one, same, other] = [
      await causalModel({ ...options, lora }),
      await causalModel({ ...options, lora }),
      await causalModel({ ...options, lora: { ...lora, seed: 8 } }),
    ];
    const [base, fresh] = [
      await one.losses(golden.examples, { model: 'base' }),
      await one.losses(golden.examples),
    ];
    expect(fresh).toEqual(base);
    expect(same.adapter()).toEqual(one.adapter());
    expect(other.adapter()).not.toEqual(one.adapter());
    for (const model of [one, same, other]) model.dispose();
  });

  test.each([
    [{ rank: 0 }, 'rank'],
    [{ alpha: 0 }, 'alpha'],
    [{ dropout: 1 }, 'dropout'],
    [{ targetModules: [] }, 'no target'],
    [{ targetModules: ['c_attn'] }, 'c_attn'],
    [{ seed: -1 }, 'seed'],
  ])('with %j is refused', async (odd, complaint) => {
    const lora = { ...adapter, seed: 1, ...odd };
    const opened = causalModel({ backend, folder: golden.base, lora });
    await expect(opened).rejects.toThrow(complaint);
  });
});

describe('a run', () => {
  test.each([
    [0, {}],
    [0.2, {}],
    [0.2, { microBatchTokens: 14 }],
  ])('with dropout %d and %j that was interrupted goes on bit by bit', async (dropout, how) => {
    const unbroken = await open({ dropout });
    const trainer = unbroken.trainer({ ...run, ...how });
    for (let i = 0; i < 3; i += 1) trainer.trainStep(batch(i));
    const checkpoint = trainer.checkpoint();
    for (let i = 3; i < 6; i += 1) trainer.trainStep(batch(i));

    const after = await open({ dropout });
    const second = after.trainer({ ...run, ...how });
    second.restore(checkpoint);
    for (let i = 3; i < 6; i += 1) second.trainStep(batch(i));
    expect(second.checkpoint()).toEqual(trainer.checkpoint());
    expect(after.adapter()).toEqual(unbroken.adapter());
    for (const model of [after, unbroken]) model.dispose();
  });

  test('keeps only the adapter and its moments in a checkpoint', async () => {
    const model = await open();
    const checkpoint = model.trainer(run).checkpoint();
    const numbers = (weights: ReadonlyMap<string, { data: Float32Array }>) =>
      [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
    expect(numbers(checkpoint)).toBe(3 * numbers(adapter.weights) + 4);
    model.dispose();
  });

  test('drops in training only, as its seed says', async () => {
    const losses = [];
    for (const [dropout, seed] of [
      [0, 3],
      [0.5, 3],
      [0.5, 3],
      [0.5, 4],
    ] as const) {
      const model = await open({ dropout });
      const { loss } = await model.losses(golden.examples);
      const step = model.trainer({ ...run, seed }).trainStep(golden.examples);
      losses.push({ used: [...loss], trained: step.loss });
      model.dispose();
    }
    const [plain, dropped, again, other] = losses;
    expect(dropped?.used).toEqual(plain?.used);
    expect(Math.abs((dropped?.trained ?? 0) - (plain?.trained ?? 0))).toBeGreaterThan(1e-3);
    expect(again).toEqual(dropped);
    expect(other?.trained).not.toBe(dropped?.trained);
  });

  test('leaves no tensor behind, nor do steps that are refused', async () => {
    const model = await open();
    const trainer = model.trainer(run);
    trainer.trainStep(golden.examples);
    const before = tf.memory().numTensors;
    trainer.trainStep(batch(1));
    expect(() => trainer.trainStep([{ tokens: [1, 2], weights: [0, 0] }])).toThrow('no trained');
    await model.losses(golden.examples);
    await model.generate([1, 2], { maxNewTokens: 2, stopTokens: [] });
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });

  test.each([
    [{ tokens: [], weights: [] }, 'no token'],
    [{ tokens: [1, 2], weights: [0] }, '1 weights'],
    [{ tokens: [1, 999], weights: [0, 1] }, '999'],
    [{ tokens: [1, 2], weights: [1, 1] }, 'first token'],
    [{ tokens: [1, 2], weights: [0, Number.NaN] }, 'no number'],
    [{ tokens: new Array(65).fill(1), weights: new Array(65).fill(0) }, '64 positions'],
  ])('refuses an odd example: %#', async (example, complaint) => {
    const model = await open();
    expect(() => model.trainer(run).trainStep([example])).toThrow(complaint);
    await expect(model.losses([example])).rejects.toThrow(complaint);
    model.dispose();
  });
});

test('the loss of an example does not depend on the batch that it is in', async () => {
  const model = await open();
  const together = await model.losses(golden.examples);
  for (const [i, example] of golden.examples.entries()) {
    const alone = await model.losses([example]);
    expect(Math.abs((alone.loss[0] ?? 0) - (together.loss[i] ?? 0))).toBeLessThan(1e-5);
  }
  model.dispose();
});
