// node bench/embedding-quality.ts SESSIONS.jsonl.gz [--steps 120] [--seeds 13,14,15] [--batches FILE] [--negatives 0]
// What a training makes of all-MiniLM-L6-v2, on sessions that it does not see: every sixth line is held out, 1,000 of its
// user messages ask, all its replies are the corpus. Batches are the trainer's own (planBatches), or those of a file
// that another implementation made (then one seed). Learning rate 2e-5, 32 pairs, texts cut at 64 tokens for training
// and at 128 for evaluation. One JSON line a run. BASELINE.md has the figures.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import {
  embeddingModel,
  openBackend,
  readSentenceTransformer,
  writeSentenceTransformer,
} from '@millrace/engine';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';
import { planBatches } from '../services/trainer/src/core/batches.ts';
import { evaluate } from '../services/trainer/src/run/evaluate.ts';
import { batchMaker } from '../services/trainer/src/run/mine-negatives.ts';

interface Pair {
  readonly anchor: string;
  readonly positive: string;
  readonly session: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '120' },
    seeds: { type: 'string', default: '13,14,15' },
    rate: { type: 'string', default: '2e-5' },
    negatives: { type: 'string', default: '0' },
    batches: { type: 'string' },
  },
});
const [file] = positionals;
if (!file) throw new TypeError('name a session file: JSON lines, gzipped');
const { train, heldout } = pairsOf(file);
const task = taskOf(heldout);
const backend = await openBackend({
  libraryFolder: await ensureTensorflow(),
  allowFallback: false,
});
const base = await ensureMiniLm();
say({
  model: 'base',
  queries: task.queries.length,
  corpus: task.corpus.length,
  ...(await score(base)),
});
const given: [string, string][][] | null = values.batches
  ? JSON.parse(readFileSync(values.batches, 'utf8'))
  : null;
for (const seed of given ? [0] : values.seeds.split(',').map(Number)) {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'quality-')), 'model');
  const figures = await trained(seed, folder);
  say({
    model: given ? 'given batches' : 'own batches',
    seed,
    ...figures,
    ...(await score(folder)),
  });
  rmSync(path.dirname(folder), { recursive: true });
}

async function trained(seed: number, folder: string) {
  const model = await embeddingModel({ backend, folder: base, maxSequenceLength: 64 });
  const steps = given?.length ?? Number(values.steps);
  const options = { batchSize: 32, epochs: 100, seed, maxSteps: steps };
  const plan = given ? null : planBatches(train, options).steps;
  const makeBatch = await batchMaker(
    { plain: train, read: train },
    { model, perPair: Number(values.negatives), margin: 0.05 },
  );
  const texts = given?.flat(2) ?? train.flatMap(({ anchor, positive }) => [anchor, positive]);
  const trainer = model.trainer({
    learningRate: Number(values.rate),
    totalSteps: steps,
    seed,
    texts,
  });
  const losses: number[] = [];
  const start = performance.now();
  for (let step = 0; step < steps; step += 1) {
    const pairs = given?.[step];
    const batch = pairs
      ? { anchors: pairs.map(([a]) => a), positives: pairs.map(([, p]) => p) }
      : makeBatch(plan?.[step] ?? []);
    losses.push(trainer.trainStep(batch).loss);
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  writeSentenceTransformer(folder, {
    base: readSentenceTransformer(base),
    weights: model.weights(),
    readme: '',
  });
  model.dispose();
  return {
    steps,
    seconds,
    loss_first20: mean(losses.slice(0, 20)),
    loss_last20: mean(losses.slice(-20)),
  };
}

async function score(folder: string) {
  const model = await embeddingModel({ backend, folder, maxSequenceLength: 128 });
  const { metrics } = await evaluate(model, task, { batchSize: 64 });
  model.dispose();
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, rounded(value)]));
}

function pairsOf(path: string): { readonly train: Pair[]; readonly heldout: Pair[] } {
  const train = new Map<string, Pair>();
  const heldout: Pair[] = [];
  const lines = gunzipSync(readFileSync(path)).toString().split('\n');
  for (const [n, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const { messages } = JSON.parse(line).conversation_data;
    for (const [i, { role, content }] of messages.entries()) {
      const next = messages[i + 1];
      if (role !== 'user' || next?.role !== 'assistant') continue;
      const pair = { anchor: content.trim(), positive: next.content.trim(), session: String(n) };
      if (pair.anchor === '' || pair.positive === '') continue;
      const key = JSON.stringify([pair.anchor, pair.positive]);
      if (n % 6 === 5) heldout.push(pair);
      else if (!train.has(key)) train.set(key, pair);
    }
  }
  return { train: [...train.values()], heldout };
}

/** 1,000 distinct queries drawn by a linear congruence, as other languages can draw them; every distinct reply. */
function taskOf(pairs: readonly Pair[]) {
  const corpus = [...new Set(pairs.map(({ positive }) => positive))];
  const place = new Map(corpus.map((text, i) => [text, i]));
  const relevant = Map.groupBy(pairs, ({ anchor }) => anchor);
  const queries = shuffled([...relevant.keys()], 7).slice(0, 1000);
  return {
    queries,
    corpus,
    groups: queries,
    relevant: queries.map((text) =>
      [...new Set((relevant.get(text) ?? []).map(({ positive }) => place.get(positive) ?? 0))].sort(
        (a, b) => a - b,
      ),
    ),
  };
}

function shuffled<T>(items: T[], seed: number): T[] {
  let state = seed;
  for (let i = items.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    const [a, b] = [items[i], items[j]];
    if (a !== undefined && b !== undefined) [items[i], items[j]] = [b, a];
  }
  return items;
}

function mean(numbers: readonly number[]): number {
  return rounded(numbers.reduce((a, b) => a + b, 0) / numbers.length);
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
