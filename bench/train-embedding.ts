// node bench/train-embedding.ts batches.json [--count 6] [--rounds 5] [--losses FILE] [--micro-batch PAIRS]
// Speed of training all-MiniLM-L6-v2 on real batches, tokenisation included: per batch the best of all rounds, after one
// round to warm up. With --losses, a JSON file {"losses": [...]} of another implementation on the same batches: trains on
// all of them and says the largest difference. BASELINE.md has the figures.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { embeddingModel, openBackend } from '@millrace/engine';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';

const LEARNING_RATE = 2e-5;
const MAX_TOKENS = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '5' },
    losses: { type: 'string' },
    'micro-batch': { type: 'string' },
  },
});
const [file] = positionals;
if (!file) throw new TypeError('name a file of batches: bench/pair-batches.ts makes one');
const pairs: [string, string][][] = JSON.parse(readFileSync(file, 'utf8'));
const batches = pairs.map((batch) => ({
  anchors: batch.map(([anchor]) => anchor),
  positives: batch.map(([, positive]) => positive),
}));

const backend = await openBackend({
  libraryFolder: await ensureTensorflow(),
  allowFallback: false,
});
const model = await embeddingModel({
  backend,
  folder: await ensureMiniLm(),
  maxSequenceLength: MAX_TOKENS,
});
process.stdout.write(`${values.losses ? compare(values.losses) : measure()}\n`);
model.dispose();

function compare(path: string): string {
  const { losses }: { losses: number[] } = JSON.parse(readFileSync(path, 'utf8'));
  const trainer = model.trainer({
    learningRate: LEARNING_RATE,
    totalSteps: batches.length,
    maskFalseNegatives: false,
    seed: 1,
    texts: batches.flatMap(({ anchors, positives }) => [...anchors, ...positives]),
  });
  let largest = 0;
  const steps = Math.min(losses.length, batches.length);
  for (const [i, batch] of batches.slice(0, steps).entries()) {
    const { loss } = trainer.trainStep(batch);
    largest = Math.max(largest, Math.abs(loss - (losses[i] ?? Number.NaN)));
  }
  return `${steps} steps, largest difference of loss ${largest.toExponential(1)}`;
}

function measure(): string {
  const timed = batches.slice(0, Number(values.count));
  const rounds = Number(values.rounds);
  const trainer = model.trainer({
    learningRate: LEARNING_RATE,
    totalSteps: timed.length * (rounds + 1),
    warmupShare: 0,
    seed: 1,
    texts: batches.flatMap(({ anchors, positives }) => [...anchors, ...positives]),
    ...(values['micro-batch'] !== undefined && { microBatchSize: Number(values['micro-batch']) }),
  });
  const wall = timed.map((): number[] => []);
  const cpu = timed.map((): number[] => []);
  let tokens = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [i, batch] of timed.entries()) {
      const [start, used] = [performance.now(), process.cpuUsage()];
      const step = trainer.trainStep(batch);
      if (round === 0) {
        tokens += step.tokens;
        continue;
      }
      const { user, system } = process.cpuUsage(used);
      wall[i]?.push(performance.now() - start);
      cpu[i]?.push((user + system) / 1000);
    }
  }
  const best = (times: readonly number[][]): number =>
    times.reduce((sum, list) => sum + Math.min(...list), 0);
  return [
    `${backend.says}, ${timed.length} batches, best of ${rounds}`,
    `${(best(wall) / timed.length).toFixed(0)} ms a step, ${(best(cpu) / timed.length).toFixed(0)} ms CPU`,
    `${((tokens / best(wall)) * 1000).toFixed(0)} useful tokens/s (${tokens} tokens)`,
    `peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
    `load ${loadavg()[0]?.toFixed(1)}`,
  ].join('; ');
}
