import { z } from 'zod';
import { augmentation } from './augmentation-settings.ts';

/**
 * The one settings file (`MILLRACE_CONFIG`, YAML). Unknown keys are errors; every key has a default, its unit in the
 * comment. Names are those of the documents, in snake_case.
 */

const database = z.strictObject({
  /** Overridden by DATABASE_URL. */
  db_url: z.string().optional(),
  /** Connections kept by each process's hot-path client. */
  db_pool_size: z.int().min(1).default(5),
  /** Connections it may open beside them under load. */
  db_max_overflow: z.int().min(0).default(10),
});

const session = z.strictObject({
  /** Seconds without a message after which an open session closes. */
  session_timeout: z.number().positive().default(3600),
  /** Seconds that a session stays open after its end, where messages may be missing. */
  end_grace: z.number().min(0).default(30),
  /** Least seconds, last minus first message. */
  min_session_duration: z.number().min(0).default(300),
  /** The same, at most. */
  max_session_duration: z.number().positive().default(86_400),
  /** Least user and assistant messages as received, before merging and cleaning. */
  min_session_messages: z.int().min(0).default(10),
  /** The same, at most. */
  max_session_messages: z.int().min(1).default(1000),
  /** Seconds that a message may lie ahead of its receipt before it is noted. */
  max_clock_skew: z.number().min(0).default(300),
});

const redactKinds = ['email', 'phone', 'card', 'iban', 'ip', 'ssn', 'name', 'secret'] as const;

const validation = z.strictObject({
  /** Least words of a message (tokens of the model when a dataset is frozen). */
  min_sequence_length: z.int().min(0).default(1),
  /** The same, at most. */
  max_sequence_length: z.int().min(1).default(512),
  /** Examples of a dataset; a training with fewer is blocked. */
  min_examples: z.int().min(0).default(5),
  /** Examples of a dataset; of more, a sample is taken. */
  max_examples: z.int().min(1).default(10_000),
  /** Numbers of an embedding; another model is refused. */
  min_embedding_dim: z.int().min(1).default(384),
  /** The same, at most. */
  max_embedding_dim: z.int().min(1).default(768),
  /** Least quality: of a session, of a copy, and of a dataset on average. */
  quality_threshold: z.number().min(0).max(1).default(0.7),
  /** Distinct words of a dataset. */
  min_unique_words: z.int().min(0).default(10),
  /** Share of a dataset that may repeat another example. */
  max_duplicate_ratio: z.number().min(0).max(1).default(0.3),
  /** Mean tf-idf of a dataset, at least. */
  min_tfidf_score: z.number().min(0).default(0.1),
  /** Root mean square of an example's z-scores over which it is an outlier. */
  outlier_threshold: z.number().positive().default(2),
  /** Wanted languages, ISO 639-1; `any` for all. */
  languages: z.array(z.string()).default(['en']),
  /** Further names of roles, to user, assistant, system or tool. */
  role_aliases: z.record(z.string(), z.enum(['user', 'assistant', 'system', 'tool'])).default({}),
  /** What is replaced by placeholders; what is found of the others is noted. */
  redact: z.array(z.enum(redactKinds)).default([...redactKinds]),
});

const embedding = z.strictObject({
  /** Folder below storage.models_root_dir; the default one can be fetched. */
  embedding_model: z.string().default('sentence-transformers/all-MiniLM-L6-v2'),
  /** Texts encoded together. */
  batch_size: z.int().min(1).default(32),
  /** Tokens; clamped to the model's own maximum, which is said. */
  max_sequence_length: z.int().min(1).default(512),
  /** Put before every question, in training, evaluation and the exported model; null: as the base says. */
  query_prefix: z.string().nullable().default(null),
  /** The same, put before every reply. */
  passage_prefix: z.string().nullable().default(null),
});

const llm = z.strictObject({
  /** Folder below storage.models_root_dir; the default one can be fetched. */
  base_model: z.string().default('HuggingFaceTB/SmolLM2-135M-Instruct'),
  /** Tokens of a row, template included; clamped to the model's own maximum, which is said. */
  max_sequence_length: z.int().min(8).default(512),
  /**
   * Chats over that. `cut`: the newest turns that fit, the system turn before them. `windows`: all turns, in rows, each
   * answer trained once. Either way whole turns only, and what is left out is counted.
   */
  long_chats: z.enum(['cut', 'windows']).default('cut'),
  /** Of the low-rank updates; they are scaled by alpha / rank, or alpha / sqrt(rank) where rank-stabilised. */
  lora_rank: z.int().min(1).default(8),
  /** Scale of the updates. */
  lora_alpha: z.number().positive().default(16),
  /** Share of an update's inputs that a step drops. */
  lora_dropout: z.number().min(0).max(0.9).default(0),
  /** Scale by alpha / sqrt(rank). */
  lora_rank_stabilised: z.boolean().default(false),
  /** Matrices that get an update, by the last part of their names; one that the base has not is refused. */
  lora_target_modules: z
    .array(z.string())
    .min(1)
    .default(['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj']),
  /** At its highest. */
  learning_rate: z.number().positive().default(2e-4),
  /** Times that each chat is trained. */
  num_epochs: z.int().min(1).default(1),
  /** Tokens of a step: as many rows as fit, one at least. */
  batch_tokens: z.int().min(1).default(1024),
  /** Tokens in memory at once, without a change of the gradients; auto: what memory takes; null: the whole batch. */
  micro_batch_tokens: z
    .union([z.int().min(1), z.literal('auto')])
    .nullable()
    .default(null),
  /** Compute each layer again on the way back: less memory, about a third more time. */
  gradient_checkpointing: z.boolean().default(false),
  /** Gate: nats a token of general text that the candidate may lose against its base. */
  max_forgetting: z.number().min(0).default(0.1),
  /** Tokens of each sample answer in the report; 0: none are made. */
  sample_tokens: z.int().min(0).default(32),
});

/** How a cross-validation splits the training side. Users stay whole in each of them. */
export const cvStrategies = [
  'group-k-fold',
  /** The first of the k folds only. */
  'holdout',
  /** k blocks by time; each is tested by a model of those before it. */
  'forward',
  'leave-one-group-out',
  'leave-p-out',
] as const;

const training = z.strictObject({
  /** Line of models that a training adds to. */
  model_name: z.string().default('default'),
  /** Share of users on the holdout side. */
  validation_split: z.number().min(0).max(0.9).default(0.2),
  /** Pairs a step; auto: 32, less where an epoch would have few steps, and micro_batch_size by memory. */
  training_batch_size: z.union([z.int().min(2), z.literal('auto')]).default(32),
  /** Pairs in memory at once, without a change of the gradients; auto: what memory takes; null: the whole batch. */
  micro_batch_size: z
    .union([z.int().min(1), z.literal('auto')])
    .nullable()
    .default(null),
  /** MiB that a training step may hold, for auto; null: four fifths of what is free. */
  memory_limit_mb: z.int().min(1).nullable().default(null),
  /** At its highest; auto: by a range test on the training side. */
  training_learning_rate: z.union([z.number().positive(), z.literal('auto')]).default(2e-5),
  /** Share of a layer's numbers that a step drops; sentence-transformers keeps the base's own, 0.1 in most. */
  dropout: z.number().min(0).max(0.9).default(0),
  /** Checks of a part of the training side without a better loss after which training stops; null: never. */
  early_stopping_patience: z.int().min(1).nullable().default(null),
  /** Steps between two checks. */
  early_stopping_steps: z.int().min(1).default(25),
  /** Replies that the base takes for the right one most, added to each pair as negatives; 0: none are mined. */
  hard_negatives: z.int().min(0).max(8).default(0),
  /** Share by which such a reply must be less similar than the right one: nearer ones may be right themselves. */
  hard_negative_margin: z.number().min(0).max(1).default(0.05),
  /** Times that each pair is trained. */
  training_num_epochs: z.int().min(1).default(3),
  /** Examples of the training side; a training with fewer is blocked. */
  min_training_examples: z.int().min(1).default(5),
  /** Folds of a cross-validation. */
  n_splits: z.int().min(2).default(5),
  /** `none`: no run cross-validates. */
  cv_strategy: z.enum([...cvStrategies, 'none']).default('group-k-fold'),
  /** Users that are tested together, in leave-p-out. */
  cv_leave_out: z.int().min(1).default(2),
  /** Name in `metadata.labels` by which folds are stratified; null: the first that fits. */
  cv_label: z.string().nullable().default(null),
  /** Steps that a fold may train; a fifth of the final run's steps where that is less. */
  cv_max_steps: z.int().min(1).default(100),
  /** Seed of everything that is drawn. */
  random_state: z.int().min(0).default(42),
  /** Largest share of the training side that one user may hold; a flood is sampled down, with 20 users or more. */
  max_user_share: z.number().positive().max(1).default(0.05),
  /** Caps the final run; null: epochs decide. */
  max_steps: z.int().min(1).nullable().default(null),
  /** Which model types are trained by themselves. */
  automatic: z.array(z.enum(['embedding', 'llm'])).default(['embedding']),
  /** Automatic run: new examples since the last dataset. */
  min_new_examples: z.int().min(1).default(500),
  /** Automatic run: seconds without new examples before it. */
  quiet_seconds: z.number().min(0).default(300),
  /** Automatic run: seconds after which it no longer waits for quiet. */
  max_wait_seconds: z.number().min(0).default(86_400),
  /** Gate: least gain of the lower bound over the champion. */
  min_gain: z.number().min(0).default(0),
  /** Gate: how much MRR@10 on general sentences the candidate may lose against its base. */
  max_forgetting: z.number().min(0).max(1).default(0.05),
  /** Gate: queries on the holdout side, at least; of an LLM, answers. */
  min_holdout_queries: z.int().min(1).default(200),
  /** Gate: users on the holdout side, at least. */
  min_holdout_groups: z.int().min(1).default(20),
  /** Steps between checkpoints. */
  checkpoint_steps: z.int().min(1).default(50),
  /** Times that a training is tried. */
  max_attempts: z.int().min(1).default(3),
  /** Seconds that a runner holds a job without renewing. */
  lease_seconds: z.number().positive().default(30),
});

/** Credentials are no settings: they come from where Amazon's SDK looks for them (variables, files, the pod's role). */
const s3 = z.strictObject({
  /** Of a store that is not Amazon's; null: the region's own, or AWS_ENDPOINT_URL. */
  endpoint: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  /** null: AWS_REGION, or the one in the SDK's files. */
  region: z.string().nullable().default(null),
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  path_style: z.boolean().default(false),
});

const storage = z.strictObject({
  /** Folder of datasets, checkpoints and kept results. */
  data_dir: z.string().default('data'),
  /** Folder of finished models; with a model_store only until they lie there. */
  model_dir: z.string().default('models'),
  /** `s3://bucket/prefix`: models, checkpoints and datasets are kept there, and no folder need be shared; null: model_dir and data_dir. */
  model_store: z
    .string()
    .regex(
      /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/[A-Za-z0-9._-]+)*$/,
      'must look like s3://bucket/prefix, letters, digits, ".", "_" and "-" only',
    )
    .nullable()
    .default(null),
  s3: s3.prefault({}),
  /** Fetched models; left out: `<data_dir>/cache`. */
  cache_dir: z.string().optional(),
  /** Base models by folder: `<models_root_dir>/<embedding_model>` is taken as it is. */
  models_root_dir: z.string().optional(),
  /** Folder that `millrace pipeline` writes to without --out. */
  output_dir: z.string().default('data_science_output'),
  /** Days after which `millrace maintain` throws text away that nothing waits for; null: it stays. */
  retention: z
    .strictObject({
      /** Payloads as received, of sessions that are judged, and augmented where they were kept: they cannot be judged again then. Messages of sessions that came one by one, once these closed. */
      raw_days: z.number().positive().nullable().default(null),
      /** Bytes of dead letters. They cannot be sent again then. */
      dead_letter_days: z.number().positive().nullable().default(null),
    })
    .prefault({}),
  /** `ingest`: the database never holds what is redacted, not even in the payload as it was received. */
  redact_at: z.enum(['validate', 'ingest']).default('validate'),
});

/** Every section may be left out. */
export const settingsSchema = z.strictObject({
  database: database.prefault({}),
  session: session.prefault({}),
  validation: validation.prefault({}),
  augmentation: augmentation.prefault({}),
  embedding: embedding.prefault({}),
  llm: llm.prefault({}),
  training: training.prefault({}),
  storage: storage.prefault({}),
});

export type Settings = z.infer<typeof settingsSchema>;
