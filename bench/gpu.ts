// MILLRACE_TENSORFLOW_GPU=FOLDER node bench/gpu.ts [--batches batches.json] [--steps 20]
// One command for a machine with an NVIDIA card: is a device found, does it compute what the CPU computes (32-bit products:
// NVIDIA_TF32_OVERRIDE=0), how many useful tokens a second with and without TF32, how much memory. Exit 3 without a card,
// 1 when the results differ. Each measurement is a process of its own: TensorFlow is loaded once a process.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BackendUnavailable, embeddingModel, openBackend } from '@millrace/engine';
import { ensureMiniLm, ensureTensorflow } from '@millrace/local-stack/assets';

const MOST_DIFFERENCE = 1e-4; // of a loss, nats; on one CPU two engines stay within 1e-5
const MAX_TOKENS = 128;
const SENTENCES = new URL('../services/trainer/data/general-sentences.tsv', import.meta.url);

interface Measurement {
  readonly says: string;
  readonly losses: readonly number[];
  readonly tokensPerSecond: number;
  readonly deviceMemory: string | null;
  readonly peakMib: number;
}

const { values } = parseArgs({
  options: {
    batches: { type: 'string' },
    steps: { type: 'string', default: '20' },
    measure: { type: 'string' },
  },
});
const gpuFolder = process.env['MILLRACE_TENSORFLOW_GPU'];

if (values.measure === 'cpu' || values.measure === 'gpu') {
  process.stdout.write(`${JSON.stringify(await measure(values.measure))}\n`);
} else process.exitCode = await compare();

async function compare(): Promise<number> {
  try {
    const given = gpuFolder ? { gpuLibraryFolder: gpuFolder } : {};
    const { says } = await openBackend({ ...given, requireGpu: true });
    say(`device: ${says}`);
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    say(`no GPU to measure: ${error.message} (millrace doctor --gpu says more)`);
    return 3;
  }
  const cpu = inProcess('cpu', '0');
  const exact = inProcess('gpu', '0');
  const fast = inProcess('gpu', '1');
  for (const [name, found] of Object.entries({
    CPU: cpu,
    'GPU, 32-bit': exact,
    'GPU, TF32': fast,
  })) {
    const device = found.deviceMemory === null ? '' : `, device memory ${found.deviceMemory}`;
    say(
      `${name}: ${found.tokensPerSecond.toFixed(0)} useful tokens/s, peak ${found.peakMib} MiB${device}`,
    );
  }
  const difference = largest(cpu.losses, exact.losses);
  say(
    `largest difference of a loss, CPU to 32-bit GPU: ${difference.toExponential(1)}, at most ${MOST_DIFFERENCE}`,
  );
  say(`with TF32: ${largest(cpu.losses, fast.losses).toExponential(1)}`);
  return difference <= MOST_DIFFERENCE ? 0 : 1;
}

function inProcess(device: 'cpu' | 'gpu', tf32: '0' | '1'): Measurement {
  const flags = values.batches === undefined ? [] : ['--batches', values.batches];
  const run = spawnSync(
    process.execPath,
    [import.meta.filename, '--measure', device, '--steps', values.steps, ...flags],
    {
      encoding: 'utf8',
      env: { ...process.env, NVIDIA_TF32_OVERRIDE: tf32, TF_FORCE_GPU_ALLOW_GROWTH: 'true' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (run.status !== 0) throw new Error(`the ${device} run ended with ${run.status ?? run.signal}`);
  const measurement: Measurement = JSON.parse(run.stdout);
  return measurement;
}

/** Train on the same batches; the first step warms up and is not timed. */
async function measure(device: 'cpu' | 'gpu'): Promise<Measurement> {
  const backend = await openBackend(
    device === 'gpu' && gpuFolder
      ? { gpuLibraryFolder: gpuFolder, requireGpu: true }
      : { libraryFolder: await ensureTensorflow(), allowFallback: false },
  );
  const folder = await ensureMiniLm();
  const model = await embeddingModel({ backend, folder, maxSequenceLength: MAX_TOKENS });
  const steps = Number(values.steps);
  const trainer = model.trainer({ learningRate: 2e-5, totalSteps: steps, seed: 1 });
  const batches = readBatches();
  const losses: number[] = [];
  let tokens = 0;
  let started = 0;
  for (let step = 0; step < steps; step += 1) {
    const batch = batches[step % batches.length] ?? [];
    const done = trainer.trainStep({
      anchors: batch.map(([anchor]) => anchor),
      positives: batch.map(([, positive]) => positive),
    });
    losses.push(done.loss);
    if (step === 0) started = performance.now();
    else tokens += done.tokens;
  }
  const seconds = (performance.now() - started) / 1000;
  const result = {
    says: backend.says,
    losses,
    tokensPerSecond: tokens / seconds,
    deviceMemory: device === 'gpu' ? deviceMemory() : null,
    peakMib: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  model.dispose();
  return result;
}

function deviceMemory(): string | null {
  const query = ['--query-gpu=memory.used,memory.total', '--format=csv,noheader'];
  const { status, stdout } = spawnSync('nvidia-smi', query, { encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(', ', ' of ') : null;
}

/** Of bench/pair-batches.ts where a file is named, else everyday sentences with their paraphrases. */
function readBatches(): readonly (readonly (readonly [string, string])[])[] {
  if (values.batches !== undefined) return JSON.parse(readFileSync(values.batches, 'utf8'));
  const pairs = readFileSync(SENTENCES, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): readonly [string, string] => {
      const [sentence = '', paraphrase = ''] = line.split('\t');
      return [sentence, paraphrase];
    });
  return [pairs.slice(0, 32), pairs.slice(28, 60)];
}

const largest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((x, i) => Math.abs(x - (b[i] ?? Number.NaN))));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
