import { z } from 'zod';
import type { LlmReport } from './trained-model.ts';

const leftOutReason = z.enum(['too_long', 'refused_by_template', 'no_answer']);

const counts = z.object({
  chats: z.number(),
  rows: z.number(),
  tokens: z.number(),
  trained_tokens: z.number(),
  answers: z.number(),
  too_long: z.number(),
  answers_left_out: z.number(),
  left_out: z.partialRecord(leftOutReason, z.number()),
});

/** What a model's row keeps of an LLM training. */
export const llmReportSchema = z.object({
  base_sha256: z.string(),
  training: counts,
  holdout: counts,
  left_out: z.array(
    z.object({
      id: z.string(),
      reason: leftOutReason,
      tokens: z.number().nullable(),
    }),
  ),
  answers_masked: z.number(),
  domains: z.array(
    z.object({
      label: z.string(),
      domain: z.string(),
      sessions: z.number(),
      tokens: z.number(),
      loss: z.record(z.string(), z.number()),
    }),
  ),
  samples: z.array(z.object({ prompt: z.string(), base: z.string(), candidate: z.string() })),
}) satisfies z.ZodType<LlmReport>;
