import { readFileSync } from 'node:fs';
import type { EmbeddingModel, Prompts } from '@millrace/engine';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { generalTask, readGeneralSentences } from '../core/general-task.ts';
import type { RetrievalTask } from '../core/retrieval.ts';
import { type EvaluateOptions, evaluate } from './evaluate.ts';
import { fileSha256 } from './file-hash.ts';
import { phaseProgress } from './progress.ts';
import { type ModelScores, scoreCache } from './score-cache.ts';
import type { StepTable } from './step-report.ts';
import type { TrainEmbeddingOptions } from './train-options.ts';

const generalSentences = new URL('../../data/general-sentences.tsv', import.meta.url);

interface ScoreOptions {
  readonly name: string;
  readonly model: EmbeddingModel;
  /** Where the model lies; null for one that was just trained, whose scores nobody asks for again. */
  readonly folder: string | null;
  /** What this model wants before questions and replies. */
  readonly prompts: Prompts;
  readonly task: RetrievalTask;
  readonly table: StepTable;
  readonly options: TrainEmbeddingOptions;
}

/** Scores of a model on the holdout and on the general sentences. */
export async function measureEmbedding(
  model: EmbeddingModel,
  task: RetrievalTask,
  how: EvaluateOptions,
): Promise<ModelScores> {
  const { onProgress, ...rest } = how;
  const retrieval = await evaluate(model, task, how);
  const sentences = readGeneralSentences(readFileSync(generalSentences, 'utf8'));
  const general = await evaluate(model, generalTask(sentences), rest);
  onProgress?.(1, 1);
  return { retrieval, general: general.metrics['mrr@10'] };
}

/** The same, as a step of a training. Those of a model that is not trained here are the same at every attempt and kept. */
export async function scoreModel(parts: ScoreOptions): Promise<ModelScores> {
  const { name, model, task, table, options } = parts;
  const queries = task.queries.length;
  const phase = `evaluate ${name}`;
  const texts = new Set([...task.queries, ...task.corpus]).size;
  const progress = phaseProgress({ name: phase, from: 0, total: texts }, (sent) =>
    options.onProgress?.(sent),
  );
  const compute = (): Promise<ModelScores> =>
    measureEmbedding(model, task, {
      batchSize: options.settings.embedding.batch_size,
      signal: options.signal,
      prompts: parts.prompts,
      onProgress: (done, total) => progress.step(Math.round((done / total) * texts)),
    });
  return await table.measure(phase, queries, async () => {
    if (parts.folder === null) return { value: await compute(), done: queries };
    const cache = scoreCache(options.scoreFolder ?? null);
    const weights = fileSha256(`${parts.folder}/model.safetensors`).slice(0, 16);
    const holdout = options.frozen.holdoutSha256.slice(0, 16);
    const prompts = sha256Hex(JSON.stringify(parts.prompts)).slice(0, 8);
    const key = `${weights}-${model.maxSequenceLength}-${prompts}-${holdout}`;
    const kept = cache.read(key);
    if (kept !== null) return { value: kept, done: queries, cache: 'hit' };
    const scores = await compute();
    cache.write(key, scores);
    return { value: scores, done: queries, cache: 'miss' };
  });
}
