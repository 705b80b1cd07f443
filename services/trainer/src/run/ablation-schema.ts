import { z } from 'zod';
import type { Ablation } from '../core/ablation.ts';

/** As it is kept in a file or a row. */
export const ablationSchema = z.object({
  made_at: z.string(),
  model_name: z.string(),
  model_type: z.literal('embedding'),
  base: z.string(),
  dataset_sha256: z.string(),
  augmentor_revision: z.string(),
  metric: z.literal('mrr@10'),
  n_splits: z.int(),
  seeds: z.array(z.int()),
  steps: z.array(z.int()),
  originals: z.array(z.int()),
  queries: z.int(),
  groups: z.int(),
  gain: z
    .object({
      base: z.number(),
      trained: z.number(),
      mean: z.number(),
      lower: z.number(),
      upper: z.number(),
    })
    .optional(),
  techniques: z.array(
    z.object({
      technique: z.string(),
      decision: z.enum(['kept', 'off']),
      copies: z.int(),
      copies_trained: z.int(),
      with: z.number(),
      without: z.number(),
      mean: z.number(),
      lower: z.number(),
      upper: z.number(),
      sentence: z.string(),
    }),
  ),
  seconds: z.number(),
  notes: z.array(z.string()),
}) satisfies z.ZodType<Ablation>;
