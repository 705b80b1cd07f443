/**
 * Every metric of the product, in one table: name, unit, labels, why. A metric is declared here before it is used.
 * Labels have few values, and never an id. What has known values is there from the first scrape, at 0, so that a
 * rate or an alert works before the first event.
 */
import { outcomes } from '../runtime/stage.ts';

interface MetricBase {
  readonly name: `millrace_${string}`;
  /** What it says and whom it serves; becomes the HELP line. */
  readonly why: string;
  /** Known values by label; an empty list: set at run time (a partition, a job). */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}
export type MetricSpec =
  | (MetricBase & { readonly kind: 'counter' | 'gauge' })
  | (MetricBase & { readonly kind: 'histogram'; readonly buckets: readonly number[] });

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ages = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

export const metricTable = {
  events: {
    kind: 'counter',
    name: 'millrace_stage_events_total',
    why: 'Events that a stage finished, by where they went: is it working, and on what.',
    labels: { outcome: [...outcomes, 'dead'] },
  },
  batchSeconds: {
    kind: 'histogram',
    name: 'millrace_stage_batch_duration_seconds',
    why: 'Time of one batch from fetch to commit: against the 5 s bound.',
    labels: {},
    buckets: seconds,
  },
  batchEvents: {
    kind: 'histogram',
    name: 'millrace_stage_batch_events',
    why: 'Events in one batch: small ones under lag mean that a bound cuts them.',
    labels: {},
    buckets: [1, 5, 10, 50, 100, 250, 500, 1000],
  },
  eventAge: {
    kind: 'histogram',
    name: 'millrace_event_age_seconds',
    why: 'Age of an event when the stage finished it, from its record time: the latency that a user sees.',
    labels: {},
    buckets: ages,
  },
  retries: {
    kind: 'counter',
    name: 'millrace_stage_retries_total',
    why: 'Batches begun again after a transient error: a dependency that flickers.',
    labels: {},
  },
  splits: {
    kind: 'counter',
    name: 'millrace_stage_splits_total',
    why: 'Batches halved to find a poison record.',
    labels: {},
  },
  deadLetters: {
    kind: 'counter',
    name: 'millrace_dead_letters_total',
    why: 'Records that nobody could handle, by kind of cause: each wants a look.',
    labels: { cause: ['input', 'format', 'processing', 'training', 'resource'] },
  },
  lagMessages: {
    kind: 'gauge',
    name: 'millrace_consumer_lag_messages',
    why: 'Records between the committed offset and the end of the partition, as this process last saw it.',
    labels: { topic: [], partition: [] },
  },
  lastProgress: {
    kind: 'gauge',
    name: 'millrace_consumer_last_progress_timestamp_seconds',
    why: 'When the stage last moved, seconds since 1970: with lag and no progress it is stalled.',
    labels: {},
  },
  assignedPartitions: {
    kind: 'gauge',
    name: 'millrace_consumer_assigned_partitions',
    why: 'Partitions that this process holds; 0 is a standby.',
    labels: {},
  },
  dependencyUp: {
    kind: 'gauge',
    name: 'millrace_dependency_up',
    why: '1 while the dependency answers, 0 while it is known to be down: a stage that waits is not stalled.',
    labels: { dependency: ['kafka', 'postgres', 'model'] },
  },
  outboxOldest: {
    kind: 'gauge',
    name: 'millrace_outbox_oldest_seconds',
    why: 'Age of the oldest event not yet published: the broker is down, or the sweeper is.',
    labels: {},
  },
  outboxRows: {
    kind: 'gauge',
    name: 'millrace_outbox_rows',
    why: 'Events written and not yet published.',
    labels: {},
  },
  outboxPublished: {
    kind: 'counter',
    name: 'millrace_outbox_published_total',
    why: 'Events published, by the batch itself or by the sweeper: the second is the rarer one.',
    labels: { by: ['batch', 'sweeper'] },
  },
  httpRequests: {
    kind: 'counter',
    name: 'millrace_ingest_requests_total',
    why: 'Requests at the HTTP door, by status class and what became of the session.',
    labels: { status: ['2xx', '4xx', '5xx'] },
  },
  findings: {
    kind: 'counter',
    name: 'millrace_findings_total',
    why: 'What the validator saw, by code: a jump means that an application changed.',
    labels: { code: [] },
  },
  quality: {
    kind: 'histogram',
    name: 'millrace_session_quality_ratio',
    why: 'Quality score of sessions, 0 to 1: is the threshold in the right place.',
    labels: {},
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  },
  examples: {
    kind: 'counter',
    name: 'millrace_examples_total',
    why: 'Examples made, by kind and technique.',
    labels: { kind: ['pair', 'chat'], technique: ['original', 'synonym', 'insertion', 'deletion'] },
  },
  trainingJobs: {
    kind: 'gauge',
    name: 'millrace_training_jobs',
    why: 'Training jobs by state: queued ones want a GPU, failed ones want a look.',
    labels: { state: ['queued', 'running', 'succeeded', 'blocked', 'failed'] },
  },
  trainingLoss: {
    kind: 'gauge',
    name: 'millrace_training_loss_nats',
    why: 'Loss of the last step of the running job.',
    labels: { model_type: ['embedding', 'llm'] },
  },
  trainingSteps: {
    kind: 'counter',
    name: 'millrace_training_steps_total',
    why: 'Optimiser steps done.',
    labels: { model_type: ['embedding', 'llm'] },
  },
  trainingTokens: {
    kind: 'counter',
    name: 'millrace_training_tokens_total',
    why: 'Useful tokens trained on (no padding).',
    labels: { model_type: ['embedding', 'llm'] },
  },
  lastCheckpoint: {
    kind: 'gauge',
    name: 'millrace_training_last_checkpoint_timestamp_seconds',
    why: 'When the running job last wrote a checkpoint: work lost if it dies now.',
    labels: { model_type: ['embedding', 'llm'] },
  },
  lateWrites: {
    kind: 'counter',
    name: 'millrace_training_late_writes_total',
    why: 'Writes that were refused because another attempt holds the job: a runner was paused past its lease, or cut off.',
    labels: {},
  },
  modelDecisions: {
    kind: 'counter',
    name: 'millrace_model_decisions_total',
    why: 'What the gate decided.',
    labels: { decision: ['promoted', 'refused', 'insufficient_evidence'] },
  },
  buildInfo: {
    kind: 'gauge',
    name: 'millrace_build_info',
    why: 'Always 1; the labels say what runs.',
    labels: { version: [], node: [] },
  },
} as const satisfies Record<string, MetricSpec>;
