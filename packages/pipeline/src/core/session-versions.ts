import { type SessionKey, sessionSha256 } from '@millrace/shared/domain/session';
import { decodeSession, type JsonObject } from '@millrace/shared/domain/session-document';
import type { SessionLine } from '../read/session-line.ts';

/** A version of a session, as it would lie in the database. */
export interface SessionVersion {
  readonly key: SessionKey;
  readonly sessionSha256: string;
  readonly document: JsonObject;
}

export interface SessionVersions {
  readonly read: number;
  /** The newest version of each session, in the order of first sight. */
  readonly newest: readonly SessionVersion[];
  readonly duplicate: number;
  readonly superseded: number;
  /** Error codes of the lines out of which no session could be read. */
  readonly dead: readonly string[];
}

/**
 * Identity and versions of the documents, by the rules of the ingestor: content seen before of a session, of any version,
 * is a duplicate; other content makes the next version, and the newest counts.
 */
export async function sessionVersions(
  lines: AsyncIterable<SessionLine> | Iterable<SessionLine>,
  source: string,
): Promise<SessionVersions> {
  const newest = new Map<string, SessionVersion>();
  const contents = new Map<string, Set<string>>();
  const dead: string[] = [];
  let read = 0;
  let duplicate = 0;
  let superseded = 0;
  for await (const line of lines) {
    read++;
    const decoded = decodeSession(line.bytes);
    if (!decoded.ok) {
      dead.push(decoded.problem.errorCode);
      continue;
    }
    const { sessionId, document } = decoded;
    const content = sessionSha256(document);
    const seen = contents.get(sessionId) ?? new Set();
    contents.set(sessionId, seen);
    if (seen.has(content)) {
      duplicate++;
      continue;
    }
    seen.add(content);
    const before = newest.get(sessionId);
    if (before !== undefined) superseded++;
    const key = { source, sessionId, version: (before?.key.version ?? 0) + 1 };
    newest.set(sessionId, { key, sessionSha256: content, document });
  }
  return { read, newest: [...newest.values()], duplicate, superseded, dead };
}

/** The bytes of a document given as a value, as a line of a file would hold them. */
export function lineOfDocument(document: unknown, index: number): SessionLine {
  return { number: index + 1, bytes: new TextEncoder().encode(JSON.stringify(document) ?? '') };
}
