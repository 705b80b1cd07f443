/** What a runner and the process that trains for it say to each other. */
import { gateDecision } from '@millrace/shared/contracts/events';
import { z } from 'zod';
import { claimedJobSchema } from './job-store.ts';

const progress = z.object({
  phase: z.string(),
  step: z.int(),
  total_steps: z.int(),
  loss: z.number().nullable(),
  tokens: z.int(),
  tokens_per_second: z.number().nullable(),
  eta_seconds: z.number().nullable(),
});

export const toAttempt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), job: claimedJobSchema }),
  /** Write a checkpoint and end. */
  z.object({ kind: z.literal('stop') }),
]);

export const fromAttempt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('progress'), progress }),
  z.object({ kind: z.literal('checkpoint'), folder: z.string() }),
  z.object({
    kind: z.literal('succeeded'),
    modelId: z.string(),
    decision: gateDecision,
    sentence: z.string(),
  }),
  /** An ablation was written down. */
  z.object({ kind: z.literal('ablated'), sentence: z.string() }),
  /** It was told to stop and did. */
  z.object({ kind: z.literal('stopped') }),
  z.object({ kind: z.literal('lease_lost') }),
  z.object({ kind: z.literal('failed'), code: z.string(), message: z.string(), own: z.boolean() }),
]);

export type ToAttempt = z.infer<typeof toAttempt>;
export type FromAttempt = z.infer<typeof fromAttempt>;
