import { sessionEnd, sessionMessage, trainingAsked } from '@millrace/shared/contracts/events';
import { idText, modelName, modelType, sha256Text } from '@millrace/shared/contracts/identity';
import { z } from 'zod';
import { problemDocument } from './problem.ts';

/** What crosses the HTTP door, in the names of the documents. */

const message = z.looseObject({
  role: z
    .string()
    .meta({ description: 'user, assistant, system or tool; the usual aliases are read' }),
  content: z.string(),
  timestamp: z.string().meta({ description: 'ISO 8601 with a zone' }),
  weight: z.number().min(0).max(1).optional().meta({
    description:
      'of an assistant message, how much it trains: 0 context only, 1 (the default) in full',
  }),
});

/** For readers of the API: the ingestor refuses only what it cannot parse or name, the rest is the validator's. */
export const sessionBody = z
  .looseObject({
    session_id: idText,
    user_id: idText.optional(),
    conversation_data: z.looseObject({
      messages: z.array(message),
      metadata: z.looseObject({
        session_id: z.string().optional(),
        start_time: z.string().optional(),
        end_time: z.string().optional(),
      }),
    }),
  })
  .meta({ id: 'Session', description: 'An ended session; also taken as {"session_data": {...}}' });

export const acceptedSession = z
  .object({
    session_id: z.string(),
    source: z.string(),
    version: z.int().min(1),
    outcome: z.enum(['applied', 'duplicate']),
    payload_sha256: sha256Text,
    location: z.string(),
  })
  .meta({ id: 'AcceptedSession' });

/** Of a part: the path names its session. */
const ofPath = { session_id: idText.optional().meta({ description: 'that of the path' }) };

const messageBody = sessionMessage.extend({ ...ofPath, message });

export const messagesBody = z
  .union([messageBody, z.strictObject({ messages: z.array(messageBody).min(1).max(1000) })])
  .meta({
    id: 'SessionMessages',
    description: 'A message of a session that is not over, or several',
  });

export const endBody = sessionEnd.extend(ofPath).meta({
  id: 'SessionEnd',
  description: 'The session closes when it has message_count messages, else a while later',
});

export const acceptedParts = z
  .object({
    session_id: z.string(),
    source: z.string(),
    accepted: z.int().min(1).meta({ description: 'messages, or 1 for an end' }),
    duplicates: z.int().min(0).meta({ description: 'of them, those that were there before' }),
    location: z.string(),
  })
  .meta({ id: 'AcceptedParts' });

const batchLine = { line: z.int().min(1).meta({ description: 'of the body, from 1' }) };

export const batchAnswer = z
  .union([
    acceptedSession.extend({ ...batchLine, status: z.literal(202) }),
    problemDocument.extend(batchLine),
  ])
  .meta({ id: 'BatchAnswer' });

const finding = z.looseObject({ code: z.string(), severity: z.string(), action: z.string() });

const version = z.object({
  version: z.int(),
  state: z.enum(['waiting', 'kept', 'rejected', 'augmented', 'erased']),
  received_at: z.string(),
  origin: z.string(),
  payload_sha256: z.string(),
  session_sha256: z.string(),
  message_count: z.int(),
  bytes: z.int(),
  verdicts: z.array(
    z.object({
      revision: z.string(),
      verdict: z.enum(['kept', 'rejected']),
      quality: z.number(),
      findings: z.array(finding),
      metrics: z.record(z.string(), z.number()),
    }),
  ),
  override: z
    .object({
      verdict: z.enum(['kept', 'rejected']),
      by: z.string(),
      why: z.string(),
      at: z.string(),
    })
    .nullable()
    .meta({ description: "a person's decision: it counts, whatever the verdicts say" }),
  examples: z.record(z.string(), z.int()).meta({ description: 'by kind' }),
  side: z.enum(['train', 'holdout']).nullable(),
  datasets: z.array(z.string()),
  models: z.array(
    z.object({
      model_id: z.string(),
      model_name: z.string(),
      model_type: z.string(),
      decision: z.string(),
    }),
  ),
});

export const sessionStatus = z
  .object({
    session_id: z.string(),
    source: z.string(),
    user_id: z.string().nullable(),
    gathered: z
      .object({
        state: z.enum(['open', 'closed', 'erased']),
        messages: z.int(),
        message_count: z.int().nullable().meta({ description: 'that its end announced' }),
        bytes: z.int(),
        ended: z.boolean(),
        opened_at: z.string(),
        closes_at: z.string().nullable().meta({
          description:
            'while it is open: then, if nothing comes before, and what was published is read',
        }),
        closed_at: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'of a session that comes message by message' }),
    versions: z
      .array(version)
      .meta({ description: 'the newest first; none of a session that did not close yet' }),
  })
  .meta({ id: 'SessionStatus' });

export const trainingBody = trainingAsked.meta({ id: 'TrainingRequest' });

export const acceptedTraining = z
  .object({ request_id: z.string(), location: z.string() })
  .meta({ id: 'AcceptedTraining' });

const job = z.object({
  job_id: z.string(),
  model_name: modelName,
  model_type: modelType,
  state: z.string(),
  reason: z.string(),
  attempt: z.int(),
  progress: z.record(z.string(), z.unknown()),
  dataset_sha256: z.string().nullable(),
  model_id: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
  created_at: z.string(),
  finished_at: z.string().nullable(),
});

export const trainingStatus = z
  .object({
    request_id: z.string(),
    jobs: z.array(job).meta({ description: 'none yet: accepted, the trainer has not taken it' }),
  })
  .meta({ id: 'TrainingStatus' });

const model = z.object({
  model_id: z.string(),
  model_name: z.string(),
  model_type: z.string(),
  aliases: z.array(z.string()),
  path: z.string(),
  base: z.string(),
  dataset_sha256: z.string(),
  manifest_sha256: z.string(),
  metrics: z.record(z.string(), z.unknown()),
  decision: z.string(),
  sentence: z.string(),
  created_at: z.string(),
});

export const modelList = z
  .object({ models: z.array(model).meta({ description: 'the newest first' }) })
  .meta({ id: 'ModelList' });

/** What {@link ErasureReceipt} of the domain says, of one session. */
export const erasedSession = z
  .object({
    session_id: z.string(),
    source: z.string(),
    versions: z
      .int()
      .meta({ description: 'that were erased now; 0: nothing was there, or it was erased before' }),
    messages: z.int().meta({ description: 'that were gathered, of a session that came by them' }),
    examples: z.int(),
    dead_letters: z.int(),
    models: z
      .array(
        z.object({
          model_id: z.string(),
          model_name: z.string(),
          model_type: z.string(),
          use: z.enum(['trained', 'measured']),
          certain: z.boolean(),
          champion: z.boolean(),
        }),
      )
      .meta({ description: 'made while its examples were there: weights do not forget' }),
    retrain: z.array(z.string()).meta({ description: 'lines whose champion learnt from it' }),
    in_kafka_until: z.string().nullable().meta({
      description: 'by then the broker holds no record of it; nobody takes them any more',
    }),
  })
  .meta({ id: 'ErasedSession' });

export type AcceptedSession = z.infer<typeof acceptedSession>;
export type AcceptedParts = z.infer<typeof acceptedParts>;
export type BatchAnswer = z.infer<typeof batchAnswer>;
export type ErasedSession = z.infer<typeof erasedSession>;
export type SessionStatus = z.infer<typeof sessionStatus>;
export type TrainingStatus = z.infer<typeof trainingStatus>;
export type ModelList = z.infer<typeof modelList>;
