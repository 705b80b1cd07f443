// node bench/train-llm.ts windows.json INIT_ADAPTER [--count 3] [--rounds 5] [--losses FILE]
// Speed of training a LoRA adapter on windows, {"train": [[[ids, labels], ...], ...]} with -100 for what is not trained:
// per batch the best of all rounds, after one round to warm up. With --losses, a JSON file {"losses": [...]} of another
// implementation (peft_speed.py): trains as many steps and says the largest difference, and the held-out loss of the
// windows under "eval". BASELINE.md has the figures.
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type CausalExample, causalModel, convertGguf, openBackend } from '@millrace/engine';
import { ensureSmolLm2, ensureTensorflow } from '@millrace/local-stack/assets';

const LEARNING_RATE = 2e-4;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    losses: { type: 'string' },
  },
});
const [file, adapterFolder] = positionals;
if (!file || !adapterFolder) {
  throw new TypeError('name a file of windows, and the adapter that training starts from');
}
const folder = await ensureSmolLm2(convertGguf);
type Window = readonly [ids: number[], labels: number[]];
const { train, eval: heldOut }: { train: Window[][]; eval: Window[] } = JSON.parse(
  readFileSync(file, 'utf8'),
);
const batches = train.map((windows) => windows.map(exampleOf));

const backend = await openBackend({
  libraryFolder: await ensureTensorflow(),
  allowFallback: false,
});
const model = await causalModel({ backend, folder, adapterFolder });
process.stdout.write(`${values.losses ? await compare(values.losses) : measure()}\n`);
model.dispose();

function exampleOf([tokens, labels]: Window): CausalExample {
  return { tokens, weights: labels.map((label, i) => (label === -100 || i === 0 ? 0 : 1)) };
}

async function compare(path: string): Promise<string> {
  const { losses }: { losses: number[] } = JSON.parse(readFileSync(path, 'utf8'));
  const trainer = model.trainer({
    learningRate: LEARNING_RATE,
    totalSteps: batches.length,
    seed: 1,
  });
  let largest = 0;
  const steps = Math.min(losses.length, batches.length);
  for (const [i, batch] of batches.slice(0, steps).entries()) {
    const { loss } = trainer.trainStep(batch);
    largest = Math.max(largest, Math.abs(loss - (losses[i] ?? Number.NaN)));
  }
  const { loss, weight } = await model.losses(heldOut.map(exampleOf));
  const mean = sum([...loss]) / sum([...weight]);
  return `${steps} steps, largest difference of loss ${largest.toExponential(1)}, held-out loss ${mean.toFixed(5)}`;
}

function measure(): string {
  const measured = batches.slice(0, Number(values.count));
  const rounds = Number(values.rounds);
  const trainer = model.trainer({ learningRate: LEARNING_RATE, totalSteps: 1e6, seed: 1 });
  const best = measured.map(() => Number.POSITIVE_INFINITY);
  const bestCpu = measured.map(() => Number.POSITIVE_INFINITY);
  let tokens = 0;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [i, batch] of measured.entries()) {
      const [started, cpu] = [performance.now(), process.cpuUsage()];
      const step = trainer.trainStep(batch);
      const { user, system } = process.cpuUsage(cpu);
      if (round === 0) tokens += step.tokens;
      else {
        best[i] = Math.min(best[i] ?? 0, performance.now() - started);
        bestCpu[i] = Math.min(bestCpu[i] ?? 0, (user + system) / 1000);
      }
    }
  }
  const peak = process.resourceUsage().maxRSS / 1024;
  return [
    `${measured.length} batches, best of ${rounds}`,
    `${(sum(best) / measured.length).toFixed(0)} ms/step`,
    `${(sum(bestCpu) / measured.length).toFixed(0)} CPU ms/step`,
    `${((tokens / sum(best)) * 1000).toFixed(0)} useful tokens/s`,
    `peak ${peak.toFixed(0)} MiB`,
    `load ${loadavg()[0]?.toFixed(1)}`,
  ].join(', ');
}

function sum(list: readonly number[]): number {
  return list.reduce((total, value) => total + value, 0);
}
