import type { Identified } from './identify.ts';

/** A version that the tables hold. */
export interface KnownVersion {
  readonly source: string;
  readonly sessionId: string;
  readonly version: number;
  readonly sessionSha256: string;
}

type Arrived = 'applied' | 'duplicate';

export interface Assigned {
  readonly session: Identified;
  /** The new version, or the one that holds this content already. */
  readonly version: number;
  readonly outcome: Arrived;
}

/**
 * Which version each session is, in order of arrival: content known under the same id, of any version or earlier in this
 * batch, is a duplicate; other content is the next version; the first content of an id is version 1.
 */
export function assignVersions(
  sessions: readonly Identified[],
  known: readonly KnownVersion[],
): readonly Assigned[] {
  const byId = new Map<string, Versions>();
  const versionsOf = (id: { source: string; sessionId: string }): Versions => {
    const key = JSON.stringify([id.source, id.sessionId]);
    const found = byId.get(key) ?? { latest: 0, bySha256: new Map() };
    byId.set(key, found);
    return found;
  };
  for (const held of known) remember(versionsOf(held), held.version, held.sessionSha256);
  return sessions.map((session) => {
    const versions = versionsOf(session);
    const held = versions.bySha256.get(session.sessionSha256);
    if (held !== undefined) return { session, version: held, outcome: 'duplicate' };
    const version = versions.latest + 1;
    remember(versions, version, session.sessionSha256);
    return { session, version, outcome: 'applied' };
  });
}

interface Versions {
  latest: number;
  readonly bySha256: Map<string, number>;
}

function remember(versions: Versions, version: number, sha256: string): void {
  versions.latest = Math.max(versions.latest, version);
  versions.bySha256.set(sha256, version);
}
