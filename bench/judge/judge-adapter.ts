/**
 * Python judges the adapters that we export: `node bench/judge/judge-adapter.ts PYTHON`.
 * A new adapter of SmolLM2 is trained for three steps, exported and read back. Both sides then compute the loss of every
 * token of two texts, and all logits. Exit code 1 when one differs by 1e-4 or more.
 * PYTHON is an interpreter with transformers and peft (tried: 5.24.0, 0.21.2); it is no part of the product.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CausalModel,
  causalModel,
  convertGguf,
  openBackend,
  readBackAdapter,
  writePeftAdapter,
} from '@millrace/engine';
import { ensureSmolLm2, ensureTensorflow } from '@millrace/local-stack/assets';
import { causalLogits } from '../../packages/engine/src/testing/causal-logits.ts';

const TEXTS = [
  'Where is my order? It left the warehouse this morning and should arrive on Thursday.',
  'Is there a café near the station? Two: one inside the hall, one across the street.',
];
const LEARNING_RATE = 1e-3; // large, so that three steps change what the model says

const [python] = process.argv.slice(2);
if (!python) throw new TypeError('name a Python interpreter with transformers and peft');
const folder = mkdtempSync(join(tmpdir(), 'millrace-judge-'));
try {
  const base = await ensureSmolLm2(convertGguf);
  const backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  const model = await causalModel({
    backend,
    folder: base,
    lora: {
      rank: 8,
      alpha: 16,
      dropout: 0,
      rankStabilised: true,
      targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
      seed: 1,
    },
  });
  const examples = TEXTS.map((text) => model.tokenizer.encode(text).map(({ id }) => id));
  train(model, examples);
  const adapterFolder = join(folder, 'adapter');
  const adapter = model.adapter();
  writePeftAdapter(adapterFolder, {
    adapter,
    base: { nameOrPath: base, sha256: model.baseSha256 },
    readme: 'Written by bench/judge/judge-adapter.ts.\n',
  });
  readBackAdapter(adapterFolder, adapter.weights);
  const judged = await Promise.all(
    examples.map(async (tokens) => ({ tokens, losses: await tokenLosses(model, tokens) })),
  );
  model.dispose();
  for (const [i, tokens] of examples.entries()) {
    const logits = causalLogits(backend, base, tokens, adapter);
    writeFileSync(join(folder, `logits-${i}.f32`), Buffer.concat(logits.map(bytesOf)));
  }
  const file = join(folder, 'examples.json');
  writeFileSync(file, JSON.stringify(judged));
  const script = join(import.meta.dirname, 'judge_adapter.py');
  const { status } = spawnSync(python, [script, base, adapterFolder, file], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function train(model: CausalModel, examples: readonly number[][]): void {
  const trainer = model.trainer({ learningRate: LEARNING_RATE, totalSteps: 3, seed: 1 });
  const batch = examples.map((tokens) => ({
    tokens,
    weights: tokens.map((_, i) => (i > 0 ? 1 : 0)),
  }));
  while (trainer.step < 3) trainer.trainStep(batch);
  trainer.dispose();
}

/** The loss of each token but the first: one example a token. */
async function tokenLosses(model: CausalModel, tokens: readonly number[]): Promise<number[]> {
  const examples = tokens.slice(1).map((_, i) => ({
    tokens: tokens.slice(0, i + 2),
    weights: tokens.slice(0, i + 2).map((_, at) => (at === i + 1 ? 1 : 0)),
  }));
  const { loss } = await model.losses(examples);
  return [...loss];
}
