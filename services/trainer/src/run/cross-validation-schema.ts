import { cvStrategies } from '@millrace/shared/contracts/settings';
import { z } from 'zod';
import type { CrossValidation, Fold } from '../core/cross-validation.ts';

const figures = z.record(z.string(), z.number());
const confusion = z.object({
  classes: z.array(z.string()),
  matrix: z.array(z.array(z.number())),
  accuracy: z.number(),
});
/** As it is kept beside a job's checkpoints. */
export const foldSchema = z.object({
  fold: z.int(),
  tested: z.array(z.int()),
  train: z.int(),
  masked: z.int(),
  later: z.int(),
  validation: z.int(),
  groups: z.int(),
  steps: z.int(),
  metrics: figures,
  by_length: z.array(
    z.object({ words: z.string(), queries: z.int(), hit: z.int(), miss: z.int() }),
  ),
  labels: confusion.nullable(),
  seconds: z.number(),
  cache: z.enum(['hit', 'miss']),
}) satisfies z.ZodType<Fold>;

/** As a model's report holds it. */
export const crossValidationSchema = z.object({
  strategy: z.enum([...cvStrategies, 'none']),
  n_splits: z.int().nullable(),
  random_state: z.int(),
  max_steps: z.int(),
  label: z.string().nullable(),
  folds: z.array(foldSchema),
  mean: figures,
  std: figures,
  notes: z.array(z.string()),
}) satisfies z.ZodType<CrossValidation>;
