import { type Backend, embeddingModel, type Prompts } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import { planBatches } from '../core/batches.ts';
import type { TrainingValues } from '../core/chosen-settings.ts';
import { byLength, type Fold } from '../core/cross-validation.ts';
import type { ExampleSplit } from '../core/example-splits.ts';
import { labelConfusion } from '../core/label-confusion.ts';
import { retrievalTask } from '../core/retrieval.ts';
import { sessionKeyOf } from '../core/session-key.ts';
import { groupOfExample } from '../core/user-share.ts';
import { evaluate, type TextEncoder } from './evaluate.ts';
import { promptsOf, textPairs } from './text-pairs.ts';
import { trainPairs } from './train-pairs.ts';

export interface TrainFoldOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly settings: Settings;
  readonly values: TrainingValues;
  readonly maxSteps: number;
  readonly seed: number;
  /** Label of a session, by sessionKeyOf; null: unknown. */
  readonly labelOf: (session: string) => string | null;
  readonly onStep: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** One training of a cross-validation: from the base, on its examples, measured on the originals of its tested folds. */
export async function trainFold(
  split: ExampleSplit,
  options: TrainFoldOptions,
): Promise<Omit<Fold, 'seconds' | 'cache'>> {
  const { settings, signal } = options;
  const { validation } = split;
  const model = await embeddingModel({
    backend: options.backend,
    folder: options.baseFolder,
    maxSequenceLength: settings.embedding.max_sequence_length,
    dropout: settings.training.dropout,
  });
  const prompts = promptsOf(settings.embedding, model.prompts);
  try {
    const pairs = textPairs(split.train, prompts);
    const { values, seed, maxSteps } = options;
    const { steps } = planBatches(pairs.plain, { ...values, seed, maxSteps });
    await trainPairs(model, pairs, { ...options, steps });
    const batchSize = settings.embedding.batch_size;
    const task = retrievalTask(validation);
    const encoder = remembering(model);
    const scores = await evaluate(encoder, task, { batchSize, signal, prompts });
    const labelled = await sessionVectors(validation, encoder, { ...options, prompts });
    return {
      fold: split.split,
      tested: split.tested,
      train: split.train.length,
      masked: split.masked,
      later: split.later,
      validation: validation.length,
      groups: new Set(validation.map(groupOfExample)).size,
      steps: steps.length,
      metrics: scores.metrics,
      by_length: byLength(
        task.queries,
        scores.perQuery.map((reciprocal) => reciprocal === 1),
      ),
      labels: labelConfusion(labelled),
    };
  } finally {
    model.dispose();
  }
}

/** Encodes each text once, however often it is asked for. */
function remembering(model: TextEncoder): TextEncoder {
  const { dimension } = model;
  const known = new Map<string, Float32Array>();
  return {
    dimension,
    encode: async (texts, options) => {
      const fresh = [...new Set(texts)].filter((text) => !known.has(text));
      const rows = await model.encode(fresh, options);
      for (const [i, text] of fresh.entries()) {
        known.set(text, rows.subarray(i * dimension, (i + 1) * dimension));
      }
      const all = new Float32Array(texts.length * dimension);
      for (const [i, text] of texts.entries()) all.set(known.get(text) ?? [], i * dimension);
      return all;
    },
  };
}

/** What the user of each labelled session said, as the mean of its anchors' vectors. */
async function sessionVectors(
  validation: readonly PairExample[],
  encoder: TextEncoder,
  { labelOf, settings, prompts, signal }: TrainFoldOptions & { readonly prompts: Prompts },
) {
  const { dimension } = encoder;
  const vectors = await encoder.encode(
    validation.map(({ anchor }) => prompts.query + anchor),
    { batchSize: settings.embedding.batch_size, ...(signal && { signal }) },
  );
  const bySession = Map.groupBy(validation.keys(), (i) => {
    const example = validation[i];
    return example === undefined ? '' : sessionKeyOf(example);
  });
  return [...bySession].flatMap(([session, rows]) => {
    const label = labelOf(session);
    const first = validation[rows[0] ?? 0];
    if (label === null || first === undefined) return [];
    const sum = new Float32Array(dimension);
    for (const row of rows) {
      for (let i = 0; i < dimension; i++)
        sum[i] = (sum[i] ?? 0) + (vectors[row * dimension + i] ?? 0);
    }
    const length = Math.hypot(...sum) || 1;
    return [{ label, group: groupOfExample(first), vector: sum.map((value) => value / length) }];
  });
}
