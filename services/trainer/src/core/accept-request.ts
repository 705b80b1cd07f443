import type { TrainingRequested } from '@millrace/shared/contracts/events';
import type { ModelType } from '@millrace/shared/domain/example';
import { eventId } from '@millrace/shared/domain/hash';
import type { AskedTechniques } from './ablated-techniques.ts';

export const jobKinds = ['training', 'ablation'] as const;
export type JobKind = (typeof jobKinds)[number];

/** A job as it is written at first. */
export interface NewJob {
  readonly jobId: string;
  readonly requestId: string;
  readonly modelName: string;
  readonly modelType: ModelType;
  readonly kind: JobKind;
  readonly cause: 'request' | 'trigger';
  readonly reason: string;
  readonly scope: Readonly<Record<string, string | boolean>>;
  /** Of an ablation: what it is about. */
  readonly techniques: AskedTechniques;
  readonly overrides: TrainingRequested['overrides'];
  /** Trace that the training continues. */
  readonly traceparent: string | null;
}

/** The jobs that a request asks for: one a model type. The same request gives the same ids. */
export function acceptRequest(
  request: TrainingRequested,
  traceparent: string | null = null,
): readonly NewJob[] {
  const types: readonly ModelType[] =
    request.model_type === 'all' ? ['embedding', 'llm'] : [request.model_type];
  return types.map((modelType) => ({
    jobId: jobIdOf(request.request_id, request.model_name, modelType),
    requestId: request.request_id,
    modelName: request.model_name,
    modelType,
    kind: request.kind ?? 'training',
    cause: 'request',
    reason: 'requested',
    scope: {
      ...(request.session_id !== undefined && { session_id: request.session_id }),
      ...(request.force && { force: true }),
    },
    techniques: request.techniques ?? null,
    overrides: request.overrides,
    traceparent,
  }));
}

/** Known before the request was read: who asks can look the job up. */
export const jobIdOf = (requestId: string, modelName: string, modelType: ModelType): string =>
  eventId('job', requestId, modelName, modelType);
