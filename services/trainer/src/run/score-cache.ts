import { z } from 'zod';
import type { RetrievalScores } from '../core/retrieval-metrics.ts';
import { type KeptResults, keptResults } from './kept-results.ts';

/** What a model can do: on the holdout, and what it knows beside it. */
export interface ModelScores {
  readonly retrieval: RetrievalScores;
  /** MRR@10 on the general sentences. */
  readonly general: number;
}

const retrieval = z.object({
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
const scoresSchema = z.object({ retrieval, general: z.number() });

/**
 * Scores kept beside a training's checkpoints, so that a resumed one does not compute them again.
 * @param folder null: nothing is kept
 */
export const scoreCache = (folder: string | null): KeptResults<ModelScores> =>
  keptResults<ModelScores>(folder, 'scores', scoresSchema);
