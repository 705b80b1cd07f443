import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RetrievalTask } from '../core/retrieval.ts';
import { type RetrievalScores, retrievalScores } from '../core/retrieval-metrics.ts';

/** What evaluation needs of a model. */
export interface TextEncoder {
  readonly dimension: number;
  encode(
    texts: readonly string[],
    options?: { readonly batchSize?: number; readonly signal?: AbortSignal },
  ): Promise<Float32Array>;
}

export interface EvaluateOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** Scores of a model on a retrieval task. Each text is encoded once, also when it is both asked and answered. */
export async function evaluate(
  model: TextEncoder,
  task: RetrievalTask,
  { batchSize, signal }: EvaluateOptions,
): Promise<RetrievalScores> {
  const distinct = [...new Set([...task.queries, ...task.corpus])];
  const rows = await model.encode(distinct, { batchSize, ...(signal && { signal }) });
  const { dimension } = model;
  const rowOf = new Map(distinct.map((text, row) => [text, row]));
  const vectorsOf = (texts: readonly string[]): Float32Array => {
    const vectors = new Float32Array(texts.length * dimension);
    for (const [i, text] of texts.entries()) {
      const row = rowOf.get(text) ?? 0;
      vectors.set(rows.subarray(row * dimension, (row + 1) * dimension), i * dimension);
    }
    return vectors;
  };
  const vectors = { queries: vectorsOf(task.queries), corpus: vectorsOf(task.corpus), dimension };
  return retrievalScores(vectors, task.relevant);
}

const scoresSchema = z.object({
  metrics: z.object({
    'mrr@10': z.number(),
    'ndcg@10': z.number(),
    'map@100': z.number(),
    'recall@1': z.number(),
    'recall@5': z.number(),
    'recall@10': z.number(),
    'accuracy@1': z.number(),
  }),
  perQuery: z.array(z.number()),
});

/** Scores kept beside a training's checkpoints, so that a resumed one does not compute them again. */
export interface ScoreCache {
  read(key: string): RetrievalScores | null;
  write(key: string, scores: RetrievalScores): void;
}

/** @param folder null: nothing is kept */
export function scoreCache(folder: string | null): ScoreCache {
  if (folder === null) return { read: () => null, write: () => {} };
  const fileOf = (key: string) => path.join(folder, `scores-${key}.json`);
  return {
    read: (key) => {
      if (!existsSync(fileOf(key))) return null;
      const parsed = scoresSchema.safeParse(JSON.parse(readFileSync(fileOf(key), 'utf8')));
      return parsed.success ? parsed.data : null;
    },
    write: (key, scores) => {
      mkdirSync(folder, { recursive: true });
      const partial = `${fileOf(key)}.${process.pid}.part`;
      writeFileSync(partial, JSON.stringify(scores), { flush: true });
      renameSync(partial, fileOf(key));
    },
  };
}
