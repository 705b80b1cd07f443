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
