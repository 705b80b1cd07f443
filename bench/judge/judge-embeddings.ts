/**
 * Python judges what we export: `node bench/judge/judge-embeddings.ts PYTHON [MODEL_FOLDER]`.
 * Without a folder, all-MiniLM-L6-v2 is trained for three steps on the samples and exported first. Both sides then encode
 * the same 100 sentences with the exported folder. Exit code 1 when any number differs by 1e-5 or more.
 * PYTHON is an interpreter with sentence-transformers (tried: 6.0.1); it is no part of the product.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Backend,
  embeddingModel,
  openBackend,
  readBack,
  readSentenceTransformer,
  writeSentenceTransformer,
} from '@millrace/engine';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { sampleTexts } from './sample-texts.ts';

const SENTENCES = 100;
const TOLERANCE = 1e-5;
const STEPS = 3;
const PAIRS = 16;

const [python = 'python3', given] = process.argv.slice(2);
const texts = sampleTexts();
const scratch = mkdtempSync(join(tmpdir(), 'judge-'));
try {
  const backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  process.stderr.write(`${backend.says}\n`);
  const folder = given ?? (await trainAndExport(backend, join(scratch, 'model')));
  const sentences = texts.slice(0, SENTENCES);
  const ours = await encode(backend, folder, sentences);
  process.exitCode = judge(folder, sentences, ours) < TOLERANCE ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true });
}

async function trainAndExport(backend: Backend, folder: string): Promise<string> {
  const source = await ensureMiniLm();
  const model = await embeddingModel({ backend, folder: source, maxSequenceLength: 64 });
  const trainer = model.trainer({ totalSteps: STEPS, learningRate: 2e-4, seed: 1 });
  for (let step = 0; step < STEPS; step++) {
    const batch = texts.slice(step * 2 * PAIRS, (step + 1) * 2 * PAIRS);
    const { loss } = trainer.trainStep({
      anchors: batch.filter((_, i) => i % 2 === 0),
      positives: batch.filter((_, i) => i % 2 === 1),
    });
    process.stderr.write(`step ${step + 1} of ${STEPS}: loss ${loss.toFixed(4)}\n`);
  }
  const weights = model.weights();
  const base = readSentenceTransformer(source);
  writeSentenceTransformer(folder, { base, weights, readme: '# A model to be judged\n' });
  readBack(folder, weights);
  model.dispose();
  return folder;
}

async function encode(
  backend: Backend,
  folder: string,
  sentences: readonly string[],
): Promise<Float32Array> {
  const model = await embeddingModel({ backend, folder, maxSequenceLength: 512 });
  for (const note of model.notes) process.stderr.write(`${note}\n`);
  return await model.encode(sentences);
}

function judge(folder: string, sentences: readonly string[], ours: Float32Array): number {
  const [question, answer] = [join(scratch, 'sentences.json'), join(scratch, 'ours.f32')];
  writeFileSync(question, JSON.stringify(sentences));
  writeFileSync(answer, ours);
  const script = join(import.meta.dirname, 'judge_embeddings.py');
  const { status, stdout } = spawnSync(python, [script, folder, question, answer], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${python} could not judge (exit code ${status})`);
  process.stdout.write(stdout);
  const verdict: { max_abs_difference: number } = JSON.parse(stdout);
  return verdict.max_abs_difference;
}
