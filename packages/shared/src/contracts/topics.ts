import type { z } from 'zod';
import {
  deadLetterNotice,
  examplesReady,
  modelEvaluated,
  type SessionEnd,
  type SessionEnded,
  type SessionMessage,
  sessionClosed,
  sessionEnd,
  sessionEnded,
  sessionMessage,
  sessionRejected,
  sessionValidated,
  trainingRequested,
} from './events.ts';

/** What an event is called, and the schema of its data. */
export interface EventType<Data = unknown> {
  readonly type: string;
  readonly data: z.ZodType<Data>;
}

/** One Kafka topic: its settings, and the schema of its data. Names are without the deployment's prefix. */
export interface Topic<Data = unknown> {
  readonly name: string;
  /** CloudEvents type of its records. */
  readonly type: string;
  /** Further types that it carries, each with its data. */
  readonly also?: readonly EventType<Data>[];
  readonly key: 'session_id' | 'model_line' | 'original';
  readonly partitions: number;
  readonly retentionMs: number;
  readonly maxBytes: number;
  readonly data: z.ZodType<Data>;
}

const days = 24 * 3_600_000;
const small = { partitions: 12, retentionMs: 7 * days, maxBytes: 65_536 };
const rare = { partitions: 1, retentionMs: 90 * days, maxBytes: 65_536 };

/** What a session that comes message by message is made of; beside whole ones, on their topic. */
export const messageType = 'io.millrace.session.message.v1';
export const endType = 'io.millrace.session.end.v1';

const sessionEvents: Topic<SessionEnded | SessionMessage | SessionEnd> = {
  name: 'millrace.session.events',
  type: 'io.millrace.session.ended.v1',
  also: [
    { type: messageType, data: sessionMessage },
    { type: endType, data: sessionEnd },
  ],
  key: 'session_id',
  partitions: 12,
  retentionMs: 7 * days,
  maxBytes: 4 * 1024 * 1024,
  data: sessionEnded,
};

export const topics = {
  sessionEvents,
  sessionClosed: {
    name: 'millrace.session.closed',
    type: 'io.millrace.session.closed.v1',
    key: 'session_id',
    ...small,
    data: sessionClosed,
  },
  sessionValidated: {
    name: 'millrace.session.validated',
    type: 'io.millrace.session.validated.v1',
    key: 'session_id',
    ...small,
    data: sessionValidated,
  },
  sessionRejected: {
    name: 'millrace.session.rejected',
    type: 'io.millrace.session.rejected.v1',
    key: 'session_id',
    ...small,
    data: sessionRejected,
  },
  examplesReady: {
    name: 'millrace.examples.ready',
    type: 'io.millrace.examples.ready.v1',
    key: 'session_id',
    ...small,
    data: examplesReady,
  },
  trainingRequested: {
    name: 'millrace.training.requested',
    type: 'io.millrace.training.requested.v1',
    key: 'model_line',
    ...rare,
    data: trainingRequested,
  },
  modelEvaluated: {
    name: 'millrace.model.evaluated',
    type: 'io.millrace.model.evaluated.v1',
    key: 'model_line',
    ...rare,
    data: modelEvaluated,
  },
  deadLetters: {
    name: 'millrace.dead-letters',
    type: 'io.millrace.dead-letter.v1',
    key: 'original',
    partitions: 1,
    retentionMs: 30 * days,
    maxBytes: 65_536,
    data: deadLetterNotice,
  },
} as const satisfies Record<string, Topic>;

const stageNames = ['ingestor', 'validator', 'augmentor', 'trainer'] as const;
export type StageName = (typeof stageNames)[number];

/** Consumer group of a stage; with the deployment's prefix it is unique on a shared broker. */
export const groupOfStage = (stage: StageName): string => `millrace-${stage}`;

/** What each stage consumes. */
export const consumedBy: Readonly<Record<StageName, readonly Topic[]>> = {
  ingestor: [topics.sessionEvents],
  validator: [topics.sessionClosed],
  augmentor: [topics.sessionValidated],
  trainer: [topics.trainingRequested, topics.examplesReady],
};
