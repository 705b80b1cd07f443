import type { EmbeddingModel } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { batchSizeFor } from '../core/batch-size.ts';
import { planBatches } from '../core/batches.ts';
import { type AskedValues, type TrainingValues, withoutAuto } from '../core/chosen-settings.ts';
import { type FoundValues, foundValuesSchema } from './found.ts';
import { keptResults } from './kept-results.ts';
import { guardMemory } from './memory-guard.ts';
import { rangeTest } from './range-test.ts';
import type { StepTable } from './step-report.ts';
import type { TextPairs } from './text-pairs.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';

/** Pairs that a range test reads its loss on, and leaves out of its batches. */
const probeSize = 64;

interface FindOptions {
  readonly model: EmbeddingModel;
  readonly asked: AskedValues;
  /** Of the training side. */
  readonly pairs: TextPairs;
  readonly table: StepTable;
  readonly options: TrainEmbeddingOptions;
}

/**
 * Finds the values that are asked for as `auto`; without any it computes nothing. What was found is kept beside the
 * checkpoints: another attempt at the same training must run with the same values, also on a machine with other memory.
 */
export async function findValues(
  parts: FindOptions,
): Promise<TrainingValues & FoundValues & { readonly found: FoundValues | null }> {
  const { asked, table, options } = parts;
  const plain = withoutAuto(asked);
  if (!wantsAny(asked)) return { ...plain, range: null, notes: [], found: null };
  return await table.measure('find values', 1, async () => {
    const results = keptResults<FoundValues>(
      options.scoreFolder ?? null,
      'found',
      foundValuesSchema,
    );
    const key = keyOf(parts);
    const kept = options.found?.pairs ?? results.read(key);
    const found = kept ?? (await find(parts));
    if (kept === null) results.write(key, found);
    return { value: { ...plain, ...found, found }, done: 1, cache: kept === null ? 'miss' : 'hit' };
  });
}

async function find({ model, asked, pairs, options }: FindOptions): Promise<FoundValues> {
  const { frozen, settings, signal } = options;
  const plain = withoutAuto(asked);
  const notes: string[] = [];
  const batchSize = asked.batchSize === 'auto' ? batchSizeFor(pairs.read.length) : plain.batchSize;
  let { microBatchSize, learningRate } = plain;
  if (asked.microBatchSize === 'auto' && pairs.read.length > 0) {
    const limit = settings.training.memory_limit_mb;
    const wanted = Math.ceil(batchSize * (1 + settings.training.hard_negatives / 2));
    const fits = guardMemory({
      items: pairs.read.toSorted((a, b) => longestOf(b) - longestOf(a)),
      sizeOf: ({ length }) => length,
      trainer: (steps) => model.trainer({ learningRate: 0, totalSteps: steps, seed: 0 }),
      batchOf: (some) => ({
        anchors: some.map(({ anchor }) => anchor),
        positives: some.map(({ positive }) => positive),
      }),
      counts: [2, 8],
      wanted,
      limit,
    });
    microBatchSize = fits < wanted ? fits : null;
    if (microBatchSize !== null) {
      notes.push(`a batch of ${batchSize} pairs goes through memory in parts of ${fits}`);
    }
  }
  if (asked.learningRate !== 'auto')
    return { batchSize, microBatchSize, learningRate, range: null, notes };

  const plan = planBatches(pairs.plain, { ...plain, batchSize, maxSteps: null, seed: frozen.seed });
  const inBatches = plan.steps.map((step) => step.flatMap((i) => pairs.read[i] ?? []));
  const probe = inBatches.flat().slice(0, probeSize);
  const asProbe = new Set(probe);
  const batches = inBatches.filter((batch) => !batch.some((pair) => asProbe.has(pair)));
  if (batches.length === 0) {
    notes.push('too few pairs for a range test: the learning rate is the default');
    return { batchSize, microBatchSize, learningRate, range: null, notes };
  }
  const test = await rangeTest({
    model,
    batches,
    probe,
    microBatchSize,
    seed: frozen.seed,
    signal,
  });
  if (test.chosen === null) {
    notes.push('no learning rate stood out in the range test: it is the default');
  }
  learningRate = test.chosen ?? learningRate;
  return { batchSize, microBatchSize, learningRate, range: [...test.points], notes };
}

const longestOf = ({ anchor, positive }: TextPairs['read'][number]): number =>
  Math.max(anchor.length, positive.length);

const wantsAny = ({ batchSize, microBatchSize, learningRate }: AskedValues): boolean =>
  [batchSize, microBatchSize, learningRate].includes('auto');

/** Names everything that the found values depend on but the machine. */
function keyOf({ model, asked, options }: FindOptions): string {
  const { frozen, settings } = options;
  const of = canonicalJson({
    dataset: frozen.datasetSha256,
    seed: frozen.seed,
    length: model.maxSequenceLength,
    limit: settings.training.memory_limit_mb,
    dropout: settings.training.dropout,
    ...asked,
  });
  return sha256Hex(of).slice(0, 16);
}
