import type { SessionKey } from '@millrace/shared/domain/session';

/** Name of the session of an example or a document, whatever its version: by it facts are found, and batches keep apart. */
export const sessionKeyOf = ({
  key,
}: {
  readonly key: Pick<SessionKey, 'source' | 'sessionId'>;
}): string => JSON.stringify([key.source, key.sessionId]);
