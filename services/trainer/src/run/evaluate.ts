import type { RetrievalTask } from '../core/retrieval.ts';
import { type RetrievalScores, retrievalScores } from '../core/retrieval-metrics.ts';

/** What evaluation needs of a model. */
export interface TextEncoder {
  readonly dimension: number;
  encode(
    texts: readonly string[],
    options?: {
      readonly batchSize?: number;
      readonly onProgress?: (done: number) => void;
      readonly signal?: AbortSignal;
    },
  ): Promise<Float32Array>;
}

export interface EvaluateOptions {
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Put before every query and every reply; default nothing. */
  readonly prompts?: { readonly query: string; readonly passage: string };
  /** Texts encoded so far, and how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores of a model on a retrieval task. Each text is encoded once, also when it is both asked and answered. */
export async function evaluate(
  model: TextEncoder,
  task: RetrievalTask,
  { batchSize, signal, prompts = { query: '', passage: '' }, onProgress }: EvaluateOptions,
): Promise<RetrievalScores> {
  const queries = task.queries.map((text) => prompts.query + text);
  const corpus = task.corpus.map((text) => prompts.passage + text);
  const distinct = [...new Set([...queries, ...corpus])];
  const rows = await model.encode(distinct, {
    batchSize,
    ...(onProgress && { onProgress: (done) => onProgress(done, distinct.length) }),
    ...(signal && { signal }),
  });
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
  const vectors = { queries: vectorsOf(queries), corpus: vectorsOf(corpus), dimension };
  return retrievalScores(vectors, task.relevant);
}
