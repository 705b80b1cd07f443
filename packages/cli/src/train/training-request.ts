import { type TrainingRequested, trainingRequested } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import { eventId } from '@millrace/shared/domain/hash';
import type { OutgoingRecord } from '@millrace/shared/ports/message-bus';
import { cloudEventHeaders } from '@millrace/shared/runtime/cloud-events';

/** A request as the event that the scheduler reads; the same request id is the same event. */
export function trainingRecord(request: TrainingRequested, nowMs: number): OutgoingRecord {
  const line = `${request.model_name}/${request.model_type}`;
  return {
    topic: topics.trainingRequested.name,
    key: line,
    value: new TextEncoder().encode(JSON.stringify(trainingRequested.parse(request))),
    headers: cloudEventHeaders({
      id: eventId('training', request.request_id),
      type: topics.trainingRequested.type,
      source: 'cli',
      subject: line,
      timeMs: nowMs,
      traceparent: null,
    }),
  };
}
