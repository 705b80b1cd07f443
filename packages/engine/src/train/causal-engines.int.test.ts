import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { openBackend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import { readCausalFolder } from '../formats/causal-folder.ts';
import { readPeftAdapter } from '../formats/peft-adapter.ts';
import { nativeEngine } from '../kernels/native-engine.ts';
import { type CausalExample, causalNet } from '../nets/causal-net.ts';
import { fuse, fuseFrozen } from '../nets/fused-weights.ts';
import { llamaShape } from '../nets/llama-shape.ts';
import { loraScale } from '../nets/lora.ts';
import { tinyLlamaStep } from '../testing/causal-feeds.ts';
import { largestDifference, worstTensor } from '../testing/difference.ts';
import { eagerGradients, graphGradients } from '../testing/gradients.ts';
import { eagerOn, graphOn } from '../testing/open-models.ts';
import { tinyLlama } from '../testing/tiny-llama.ts';
import { type CausalTrainer, type CausalTrainerOptions, causalTrainer } from './causal-trainer.ts';
import { generateGreedily } from './generate.ts';
import type { Program } from './program.ts';
import { scoreExamples } from './score-examples.ts';

const golden = tinyLlama();
const base = readCausalFolder(golden.base);
const adapter = readPeftAdapter(golden.adapter);
const shape = llamaShape(base.config);
const scale = loraScale(adapter);
const flat: CausalTrainerOptions = { learningRate: 1e-2, totalSteps: 1e9, warmupShare: 0, seed: 1 };
let binding: NativeBinding;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  const { native } = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!native) throw new Error('there is no TensorFlow library');
  binding = native.binding;
}, 300_000);

interface Opened {
  readonly program: Program;
  readonly trainer: CausalTrainer;
}

/** The golden model on an engine, with a trainer. */
function open(
  engine: 'graph' | 'eager',
  how: Partial<CausalTrainerOptions> & { dropout?: number; recompute?: boolean } = {},
): Opened {
  const { dropout = 0, recompute = false, ...options } = how;
  const net = causalNet(shape, { ...adapter, dropout, recompute });
  const program = { graph: graphOn(binding), eager: eagerOn(binding) }[engine](net);
  const stored = base.weights();
  program.freeze(net.frozen.map((t) => [t.name, fuseFrozen(t, stored)] as const));
  program.write('weight', new Map(net.parameters.map((p) => [p.name, fuse(p, adapter.weights)])));
  const trainer = causalTrainer({ program, net, shape, scale }, { ...flat, ...options });
  return { program, trainer };
}

const batch = (step: number): readonly CausalExample[] =>
  golden.examples.filter((_, i) => i !== step % golden.examples.length);

describe.each(['graph', 'eager'] as const)('the %s engine', (engine) => {
  test.each([
    ['', {}],
    [', computing layers again', { recompute: true }],
    [', in parts', { microBatchTokens: 14 }],
  ])('trains as PyTorch and PEFT do%s', (_, how) => {
    const { program, trainer } = open(engine, how);
    const steps = golden.losses.map(() => trainer.trainStep(golden.examples));
    const losses = steps.map(({ loss }) => loss);
    expect(largestDifference(losses, golden.losses)).toBeLessThan(1e-4);
    steps.forEach(({ gradientNorm }, i) => {
      expect(gradientNorm / (golden.norms[i] ?? 0)).toBeCloseTo(1, 4);
    });
    program.dispose();
  });

  test('goes on bit by bit after an interruption, with dropout and in parts', () => {
    const how = { dropout: 0.2, microBatchTokens: 14 };
    const [unbroken, after] = [open(engine, how), open(engine, how)];
    for (let i = 0; i < 2; i += 1) unbroken.trainer.trainStep(batch(i));
    after.trainer.restore(unbroken.trainer.checkpoint());
    for (const { trainer } of [unbroken, after]) {
      for (let i = 2; i < 4; i += 1) trainer.trainStep(batch(i));
    }
    expect(after.trainer.checkpoint()).toEqual(unbroken.trainer.checkpoint());
    for (const { program } of [unbroken, after]) program.dispose();
  });

  test('scores as PyTorch does, generates, and leaves no tensor behind', async () => {
    const { program, trainer } = open(engine);
    trainer.trainStep(golden.examples);
    const before = binding.getNumOfTensors();
    trainer.trainStep(batch(1));
    expect(() => trainer.trainStep([{ tokens: [1, 2], weights: [0, 0] }])).toThrow('no trained');
    const { loss, weight } = await scoreExamples({ program, shape, scale: 0 }, golden.examples, {});
    expect(loss.length).toBe(weight.length);
    const [{ tokens = [] } = {}] = golden.examples;
    const logits = golden.baseLogits[0] ?? new Float32Array();
    const last = logits.subarray(-shape.vocabulary);
    const answer = await generateGreedily({ program, shape, scale: 0 }, tokens, {
      maxNewTokens: 3,
      stopTokens: [],
    });
    expect(answer[0]).toBe(last.indexOf(last.reduce((a, b) => Math.max(a, b))));
    expect(binding.getNumOfTensors()).toBe(before);
    program.dispose();
  });
});

test.each([false, true])('gradients equal those of PyTorch, computed again: %s', (recompute) => {
  const { net, ...input } = tinyLlamaStep(golden, golden.examples, { recompute });
  const engine = nativeEngine(binding);
  for (const found of [eagerGradients(engine, net, input), graphGradients(binding, net, input)]) {
    const worst = worstTensor(found.gradients, golden.gradients, { relative: true });
    expect(worst.difference, worst.name).toBeLessThan(5e-5);
  }
  engine.dispose();
});
