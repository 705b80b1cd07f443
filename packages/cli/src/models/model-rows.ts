import { crossValidationSchema, llmReportSchema } from '@millrace/pipeline';
import { gateDecision } from '@millrace/shared/contracts/events';
import type { Sql } from '@millrace/shared/ports/database';
import { trainingInputsSchema } from '@millrace/trainer';
import { z } from 'zod';

const metrics = z.record(z.string(), z.record(z.string(), z.number()));

const report = z.looseObject({
  losses: z.array(z.number()),
  /** Models of the first versions had no range test. */
  learning_rate_range: z
    .array(z.object({ rate: z.number(), loss: z.number() }))
    .nullable()
    .default(null),
  tokens: z.number(),
  settings: z.array(
    z.object({
      name: z.string(),
      value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      origin: z.string(),
    }),
  ),
  /** Models of the first versions did not count. */
  holdout_looks: z.number().nullable().default(null),
  machine: z.string(),
  steps: z.array(
    z.object({
      step: z.string(),
      planned: z.number(),
      done: z.number(),
      seconds: z.number(),
      peak_rss_mb: z.number(),
      cache: z.enum(['hit', 'miss']).nullable(),
    }),
  ),
  /** Null for an automatic run; absent in models of before. */
  cross_validation: crossValidationSchema.nullable().default(null),
  /** Null for an embedding model; absent in models of before. */
  llm: llmReportSchema.nullable().default(null),
  notes: z.array(z.string()),
  /** What it takes to train it again; absent in models of before. */
  inputs: trainingInputsSchema.nullable().default(null),
  revisions: z.record(z.string(), z.string()),
});

const model = z.object({
  model_id: z.string(),
  model_name: z.string(),
  model_type: z.string(),
  path: z.string(),
  manifest_sha256: z.string(),
  dataset_sha256: z.string(),
  holdout_sha256: z.string(),
  counts: z.object({
    ready: z.number(),
    train: z.number(),
    holdout: z.number(),
    not_sampled: z.number(),
    dropped: z.record(z.string(), z.number()),
  }),
  base: z.string(),
  metrics,
  decision: gateDecision,
  sentence: z.string(),
  report,
  created_at: z.coerce.date(),
  aliases: z.array(z.string()),
  /** When an alias came to point at it, oldest first. */
  moves: z.array(
    z.object({
      at: z.string(),
      alias: z.string(),
      cause: z.string().nullable(),
      from: z.string().nullable(),
      why: z.string().nullable(),
    }),
  ),
});
export type ModelRow = z.infer<typeof model>;

/** Registered models, newest first, with the dataset that each was trained on and the aliases that point at it. */
export async function listModels(sql: Sql): Promise<ModelRow[]> {
  const rows = await sql`
    select m.model_id, m.model_name, m.model_type, m.path, m.manifest_sha256, m.dataset_sha256, d.holdout_sha256,
      d.counts, m.base, m.metrics, m.decision, m.sentence, m.report, m.created_at,
      array(select a.alias from aliases a where a.model_id = m.model_id order by a.alias) as aliases,
      coalesce((
        select jsonb_agg(jsonb_build_object('at', a.at, 'alias', a.detail->>'alias', 'cause', a.detail->>'cause',
          'from', a.detail->>'from', 'why', a.detail->>'why') order by a.at)
        from audit a where a.action = 'alias_moved' and a.subject = m.model_id), '[]') as moves
    from models m join datasets d on d.sha256 = m.dataset_sha256
    order by m.created_at desc, m.model_id`;
  return rows.map((row) => model.parse(row));
}
