import { beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { type CausalModel, causalModel } from './causal-model.ts';
import { largestDifference, worstTensor } from './testing/difference.ts';
import { lossByLogits, tinyLlama } from './testing/tiny-llama.ts';
import type { CausalTrainerOptions } from './train/causal-trainer.ts';

const golden = tinyLlama();
const flat: CausalTrainerOptions = {
  learningRate: 1e-2,
  totalSteps: 1e9, // so long that the rate is flat over three steps
  warmupShare: 0,
  seed: 1,
};
let backend: Backend;

vi.setConfig({ testTimeout: 60_000 }); // milliseconds on a quiet machine, seconds on one that others use
beforeAll(async () => {
  backend = await openBackend();
});
const open = (options: { gradientCheckpointing?: boolean } = {}): Promise<CausalModel> =>
  causalModel({ backend, folder: golden.base, adapterFolder: golden.adapter, ...options });

describe('causalModel() on wasm', () => {
  test('scores examples with and without the adapter as PyTorch does', async () => {
    const model = await open();
    for (const [which, logits] of [
      ['adapter', golden.logits],
      ['base', golden.baseLogits],
    ] as const) {
      const { loss, weight } = await model.losses(golden.examples, { model: which });
      const wanted = golden.examples.map((e, i) =>
        lossByLogits(e, logits[i] ?? new Float32Array()),
      );
      expect(largestDifference(loss, wanted)).toBeLessThan(1e-5);
      expect([...weight]).toEqual(golden.examples.map((e) => e.weights.reduce((a, b) => a + b, 0)));
    }
    model.dispose();
  });

  test.each([
    ['', {}, {}],
    [', checkpointed', { gradientCheckpointing: true }, {}],
    [', in parts', {}, { microBatchTokens: 14 }],
  ])('trains as PyTorch and PEFT do%s', async (_, options, how) => {
    const model = await open(options);
    const trainer = model.trainer({ ...flat, ...how });
    const steps = golden.losses.map(() => trainer.trainStep(golden.examples));
    expect(
      largestDifference(
        steps.map(({ loss }) => loss),
        golden.losses,
      ),
    ).toBeLessThan(1e-4);
    steps.forEach(({ gradientNorm }, i) => {
      expect(gradientNorm / (golden.norms[i] ?? 0)).toBeCloseTo(1, 4);
    });
    const worst = worstTensor(model.adapter().weights, golden.trained, { relative: false });
    expect(worst.difference, worst.name).toBeLessThan(1e-4);
    model.dispose();
  });

  test('generates what the logits of the golden example say is next', async () => {
    const model = await open();
    const [{ tokens = [] } = {}] = golden.examples;
    const logits = golden.logits[0] ?? new Float32Array();
    const last = logits.subarray(-model.vocabularySize);
    const [next] = await model.generate(tokens, { maxNewTokens: 1, stopTokens: [] });
    expect(next).toBe(last.indexOf(last.reduce((a, b) => Math.max(a, b))));
    model.dispose();
  });

  test('generates with kept keys and values what it generates without them', async () => {
    const model = await open();
    const prompt = [5, 6, 7, 8];
    const answer = await model.generate(prompt, { maxNewTokens: 6, stopTokens: [] });
    for (const [i, token] of answer.entries()) {
      const alone = await model.generate([...prompt, ...answer.slice(0, i)], {
        maxNewTokens: 1,
        stopTokens: [],
      });
      expect(alone).toEqual([token]);
    }
    model.dispose();
  });
});
