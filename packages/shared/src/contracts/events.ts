import { z } from 'zod';
import { copyTechnique } from './augmentation-settings.ts';
import { idText, modelName, modelType, sessionRef, sha256Text } from './identity.ts';

/**
 * What crosses a topic. The input topic carries text; every other one carries ids, counts, codes and hashes only
 * (claim check): text lives in Postgres, where it can be erased. Contracts only grow: new fields are optional.
 */

/** The whole session as the application sends it. Only its identity is demanded here: rules about content are the validator's. Plain, or in the wrapper `session_data`. */
export const sessionEnded = z
  .looseObject({
    session_id: idText.optional(),
    session_data: z.looseObject({ session_id: idText }).optional(),
  })
  .refine((data) => data.session_id !== undefined || data.session_data !== undefined, {
    path: ['session_id'],
    error: 'is missing',
  });

/** What may stand beside a message or an end: it becomes the session's, the later of two under one name. Null is absent. */
const ofSession = {
  session_id: idText,
  user_id: idText.nullish(),
  metadata: z.looseObject({}).nullish(),
};

/**
 * One message of a session that is not over. `message` is what stands in a session document: rules about it are the
 * validator's. `message_id` names it, else the event's id does: the same again is the same message.
 */
export const sessionMessage = z.looseObject({
  ...ofSession,
  message_id: idText.nullish(),
  message: z.looseObject({}),
});

/** The session is over: it closes when it has `message_count` messages, else `session.end_grace` later. */
export const sessionEnd = z.looseObject({
  ...ofSession,
  message_count: z.int().min(0).max(1_000_000).nullish(),
});

export const sessionClosed = z.object({
  ...sessionRef,
  payload_sha256: sha256Text,
  session_sha256: sha256Text,
  message_count: z.int().min(0),
  bytes: z.int().min(0),
});

/** Present when a person decided, whatever the settings say; who and why is in the audit. */
const override = { override: z.literal(true).optional() };

export const sessionValidated = z.object({
  ...sessionRef,
  revision: z.string(),
  quality: z.number(),
  ...override,
});

export const sessionRejected = z.object({
  ...sessionRef,
  revision: z.string(),
  ...override,
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.string(),
      action: z.string(),
      message_index: z.int().optional(),
      value: z.union([z.number(), z.string(), z.null()]),
      threshold: z.union([z.number(), z.string(), z.null()]),
    }),
  ),
});

export const examplesReady = z.object({
  ...sessionRef,
  revision: z.string(),
  pairs: z.int().min(0),
  chats: z.int().min(0),
});

/** The closed list of numbers that a request may change; everything else comes from the configuration. */
export const trainingOverrides = z.strictObject({
  max_steps: z.int().min(1).optional(),
  training_num_epochs: z.int().min(1).optional(),
  training_batch_size: z.int().min(2).optional(),
  training_learning_rate: z.number().positive().optional(),
  random_state: z.int().min(0).optional(),
  /** Folds of the cross-validation; 0: none. */
  n_splits: z.int().min(0).optional(),
});

const trainingRequest = z.strictObject({
  request_id: idText,
  /** A training unless given; an ablation finds out which techniques of augmentation later trainings of the line use. */
  kind: z.enum(['training', 'ablation']).optional(),
  model_name: modelName.default('default'),
  model_type: z.union([modelType, z.literal('all')]).default('embedding'),
  session_id: idText.optional(),
  force: z.boolean().default(false),
  /** Of an ablation: the techniques that it is about, those of the configuration unless given. */
  techniques: z.array(copyTechnique).min(1).optional(),
  overrides: trainingOverrides.default({}),
});

const techniquesOfAblation = {
  path: ['techniques'],
  error: 'are for kind ablation: a training follows what ablations came to',
};
const isAskable = ({ kind, techniques }: Pick<TrainingRequested, 'kind' | 'techniques'>): boolean =>
  techniques === undefined || kind === 'ablation';

export const trainingRequested = trainingRequest.refine(isAskable, techniquesOfAblation);

/** A request over HTTP, where the id may be left to us. */
export const trainingAsked = trainingRequest
  .extend({ request_id: idText.optional() })
  .refine(isAskable, techniquesOfAblation);

export const gateDecision = z.enum(['promoted', 'refused', 'insufficient_evidence']);

export const modelEvaluated = z.object({
  model_id: z.string(),
  model_name: modelName,
  model_type: modelType,
  job_id: z.string(),
  path: z.string(),
  dataset_sha256: sha256Text,
  metrics: z.record(z.string(), z.record(z.string(), z.number())),
  decision: gateDecision,
  sentence: z.string(),
  /** There when an alias came to point at this model with this event: whoever serves the line loads `path` then. */
  alias_moved: z
    .object({
      alias: z.string(),
      /** The model before; null for the first. */
      from: z.string().nullable(),
      cause: z.enum(['gate', 'promote', 'rollback']),
    })
    .optional(),
});

export const deadLetterNotice = z.object({
  id: z.string(),
  stage: z.string(),
  topic: z.string(),
  partition: z.int(),
  offset: z.string(),
  sha256: sha256Text,
  bytes: z.int(),
  code: z.string(),
});

export type SessionEnded = z.infer<typeof sessionEnded>;
export type SessionMessage = z.infer<typeof sessionMessage>;
export type SessionEnd = z.infer<typeof sessionEnd>;
export type SessionClosed = z.infer<typeof sessionClosed>;
export type SessionValidated = z.infer<typeof sessionValidated>;
export type SessionRejected = z.infer<typeof sessionRejected>;
export type ExamplesReady = z.infer<typeof examplesReady>;
export type TrainingOverrides = z.infer<typeof trainingOverrides>;
export type TrainingRequested = z.infer<typeof trainingRequest>;
export type GateDecision = z.infer<typeof gateDecision>;
export type ModelEvaluated = z.infer<typeof modelEvaluated>;
export type DeadLetterNotice = z.infer<typeof deadLetterNotice>;
