import { pg, sql } from '../drizzle.ts';
import { moment } from './columns.ts';

const { integer, jsonb, pgTable, primaryKey, text, uniqueIndex, uuid } = pg;

/** A frozen list of examples: the manifest file is the dataset, its hash the name. */
export const datasets = pgTable('datasets', {
  sha256: text('sha256').primaryKey(),
  modelName: text('model_name').notNull(),
  modelType: text('model_type').notNull(),
  manifestPath: text('manifest_path').notNull(),
  /** ready, train, holdout, not_sampled, dropped by reason. */
  counts: jsonb('counts').notNull(),
  holdoutSha256: text('holdout_sha256').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** The row that asks for a training; an attempt holds it by a lease on the database clock, with a fencing token on every write. */
export const trainingJobs = pgTable(
  'training_jobs',
  {
    jobId: uuid('job_id').primaryKey(),
    requestId: text('request_id').notNull(),
    modelName: text('model_name').notNull(),
    modelType: text('model_type').notNull(),
    kind: text('kind').notNull().default('training'), // training | ablation
    cause: text('cause').notNull(), // request | trigger
    /** Reason in words: "requested", "612 new examples, quiet for 300 s". */
    reason: text('reason').notNull(),
    scope: jsonb('scope').notNull(),
    overrides: jsonb('overrides').notNull(),
    state: text('state').notNull(), // queued | running | succeeded | blocked | failed
    leaseOwner: text('lease_owner'),
    leaseToken: integer('lease_token').notNull().default(0),
    leaseUntil: moment('lease_until'),
    attempt: integer('attempt').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    notBefore: moment('not_before').notNull().defaultNow(),
    /** Folder of the last whole checkpoint. */
    checkpoint: text('checkpoint'),
    datasetSha256: text('dataset_sha256'),
    modelId: text('model_id'),
    /** step, total_steps, loss, tokens_per_second, eta_seconds, phase. */
    progress: jsonb('progress').notNull(),
    /** When the progress last changed, and when the checkpoint did: is the attempt stuck, and what is lost if it dies. */
    movedAt: moment('moved_at'),
    checkpointAt: moment('checkpoint_at'),
    /** Trace that asked for the job: of the request, or of the first session that no job had seen. */
    traceparent: text('traceparent'),
    errorCode: text('error_code'),
    errorMessage: text('error_message'),
    createdAt: moment('created_at').notNull().defaultNow(),
    finishedAt: moment('finished_at'),
  },
  (t) => [
    uniqueIndex('training_jobs_request').on(t.requestId, t.modelName, t.modelType),
    uniqueIndex('training_jobs_one_queued')
      .on(t.modelName, t.modelType, t.kind)
      .where(sql`state = 'queued'`),
    uniqueIndex('training_jobs_one_running')
      .on(t.modelName, t.modelType)
      .where(sql`state = 'running'`),
  ],
);

/** What an ablation of a line came to, one row a job; later freezes of the line follow the newest verdict on each technique. */
export const ablations = pgTable('ablations', {
  jobId: uuid('job_id').primaryKey(),
  leaseToken: integer('lease_token').notNull(),
  modelName: text('model_name').notNull(),
  modelType: text('model_type').notNull(),
  /** Figures and decision of every technique, with what they rest on. */
  result: jsonb('result').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

/** A registered model; weights live in the model store, never in a row. */
export const models = pgTable('models', {
  modelId: text('model_id').primaryKey(),
  jobId: uuid('job_id').notNull(),
  leaseToken: integer('lease_token').notNull(),
  modelName: text('model_name').notNull(),
  modelType: text('model_type').notNull(),
  path: text('path').notNull(),
  manifestSha256: text('manifest_sha256').notNull(),
  datasetSha256: text('dataset_sha256').notNull(),
  base: text('base').notNull(),
  /** base, champion?, candidate: metric -> value. */
  metrics: jsonb('metrics').notNull(),
  decision: text('decision').notNull(),
  sentence: text('sentence').notNull(),
  /** Loss curve, configuration with origins, machine, seconds a step. */
  report: jsonb('report').notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const aliases = pgTable(
  'aliases',
  {
    modelName: text('model_name').notNull(),
    modelType: text('model_type').notNull(),
    alias: text('alias').notNull(), // champion
    modelId: text('model_id').notNull(),
  },
  (t) => [primaryKey({ columns: [t.modelName, t.modelType, t.alias] })],
);
