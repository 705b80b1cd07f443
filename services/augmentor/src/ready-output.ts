import { topics } from '@millrace/shared/contracts/topics';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { StageOutput } from '@millrace/shared/runtime/stage';
import type { Augmented } from './core/decide.ts';
import { countOf } from './core/examples-of.ts';

/** The event that tells of a session version's new examples. */
export function examplesReady(
  { session, examples, revisions }: Augmented,
  traceparent: string | null,
): StageOutput {
  const { source, sessionId, version } = session.key;
  const revision = examplesRevision(revisions);
  return {
    topic: topics.examplesReady,
    naturalKey: [source, sessionId, version, revision],
    key: sessionId,
    data: {
      source,
      session_id: sessionId,
      version,
      revision,
      pairs: countOf(examples, 'pair'),
      chats: countOf(examples, 'chat'),
    },
    traceparent,
  };
}
