import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { RetrievalScores } from '../core/retrieval-metrics.ts';

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

/** Scores kept beside a training's checkpoints, so that a resumed one does not compute them again. */
export interface ScoreCache {
  read(key: string): ModelScores | null;
  write(key: string, scores: ModelScores): void;
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
