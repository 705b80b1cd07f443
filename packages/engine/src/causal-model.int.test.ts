import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureSmolLm2, ensureTensorflow } from '@millrace/local-stack/assets';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { type CausalModel, causalModel } from './causal-model.ts';
import { readCausalFolder } from './formats/causal-folder.ts';
import { convertGguf } from './formats/convert-gguf.ts';
import { writePeftAdapter } from './formats/peft-adapter.ts';
import type { Weight } from './formats/weight.ts';
import { loraParameters } from './nets/llama-parameters.ts';
import { llamaShape } from './nets/llama-shape.ts';
import type { Parameter } from './nets/net.ts';
import { causalLogits } from './testing/causal-logits.ts';
import { largestDifference } from './testing/difference.ts';
import type { CausalTrainerOptions } from './train/causal-trainer.ts';

// golden/smol_lm.py wrote it with transformers and PEFT
const golden: {
  prompt: number[];
  answer: number[];
  logits: number[][];
  examples: { tokens: number[]; weights: number[] }[];
  losses: number[];
  norms: number[];
  gradients: { name: string; picked: number[]; largest: number }[];
} = JSON.parse(readFileSync(new URL('../golden/smol-lm.json', import.meta.url), 'utf8'));
const lora = {
  rank: 8,
  alpha: 16,
  dropout: 0,
  rankStabilised: false,
  targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
};
const flat: CausalTrainerOptions = {
  learningRate: 2e-4,
  totalSteps: 1e9, // so long that the rate is flat over three steps
  warmupShare: 0,
  seed: 1,
};
const temporary = mkdtempSync(join(tmpdir(), 'millrace-smol-lm-'));
let backend: Backend;
let folder: string;
let model: CausalModel;

vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  folder = await ensureSmolLm2(convertGguf);
  const { config, sha256 } = readCausalFolder(folder);
  const weights = sines(loraParameters(llamaShape(config), lora));
  const adapterFolder = join(temporary, 'adapter');
  const base = { nameOrPath: folder, sha256 };
  writePeftAdapter(adapterFolder, { adapter: { ...lora, weights }, base, readme: '' });
  model = await causalModel({ backend, folder, adapterFolder });
}, 300_000);
afterAll(() => {
  model.dispose();
  rmSync(temporary, { recursive: true });
});

/** The adapter of golden/smol_lm.py: no file, and no half of its gradients is zero. */
function sines(parameters: readonly Parameter[]): Map<string, Weight> {
  const shapes = parameters.flatMap(({ shape: [, columns = 0], sources }) =>
    sources.flatMap(({ name, rows }) => (name === undefined ? [] : [{ name, rows, columns }])),
  );
  const sorted = shapes.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(
    sorted.map(({ name, rows, columns }, number) => {
      const scale = name.includes('lora_A') ? columns ** -0.5 : 0.01;
      const value = (_: unknown, i: number): number => Math.sin(0.7 * i + number) * scale;
      return [
        name,
        { shape: [rows, columns], data: Float32Array.from({ length: rows * columns }, value) },
      ];
    }),
  );
}

describe('causalModel() of SmolLM2-135M-Instruct', () => {
  test('has the logits that transformers computes from the GGUF file, and its greedy answer', async () => {
    const chat = [...golden.prompt, ...golden.answer];
    const logits = causalLogits(backend, folder, chat);
    const found = golden.logits.map((_, i) =>
      Array.from(logits[3 * i] ?? []).filter((_, word) => word % 331 === 0),
    );
    expect(largestDifference(found.flat(), golden.logits.flat())).toBeLessThan(1e-3);
    const answer = await model.generate(golden.prompt, {
      maxNewTokens: 12,
      stopTokens: [2],
      model: 'base',
    });
    expect(answer).toEqual(golden.answer);
    expect(model.tokenizer.decode(answer)).toBe('The capital of France is Paris.<|im_end|>');
  });

  test('trains as PEFT does', () => {
    const trainer = model.trainer(flat);
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
    trainer.dispose();
  });
});
