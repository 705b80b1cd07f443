import type { Identified } from './identify.ts';

/** A version that the tables hold. */
export interface KnownVersion {
  readonly source: string;
  readonly sessionId: string;
  readonly version: number;
  readonly sessionSha256: string;
  /** Where and when its record was, as of Arrival. */
  readonly partition: number | null;
  readonly receivedAtMs: number;
}

type Arrived = 'applied' | 'duplicate' | 'superseded' | 'erased';

export interface Assigned {
  readonly session: Identified;
  /** The new version, or the one that holds this content already, or the newer one that stands before it; 0 when erased. */
  readonly version: number;
  readonly outcome: Arrived;
}

/**
 * Which version each session is, in order of arrival: content known under the same id, of any version or earlier in this
 * batch, is a duplicate; other content is the next version; the first content of an id is version 1.
 *
 * Arrival is the order of publishing as long as a session's records lie in one partition. When partitions are raised its key
 * moves to another one, and what is published then may arrive before what still waits in the old one: of two records in
 * two partitions the one with the later time stands, and an older one that comes after it is superseded.
 * @param forgotten those that, or whose users, were erased: they make no version
 */
export function assignVersions(
  sessions: readonly Identified[],
  known: readonly KnownVersion[],
  forgotten: ReadonlySet<Identified> = new Set(),
): readonly Assigned[] {
  const byId = new Map<string, Versions>();
  const versionsOf = (id: { source: string; sessionId: string }): Versions => {
    const key = JSON.stringify([id.source, id.sessionId]);
    const found = byId.get(key) ?? { latest: null, bySha256: new Map() };
    byId.set(key, found);
    return found;
  };
  for (const held of known) remember(versionsOf(held), held);
  return sessions.map((session) => {
    if (forgotten.has(session)) return { session, version: 0, outcome: 'erased' };
    const versions = versionsOf(session);
    const held = versions.bySha256.get(session.sessionSha256);
    if (held !== undefined) return { session, version: held, outcome: 'duplicate' };
    const { latest } = versions;
    if (latest !== null && isOlder(session, latest))
      return { session, version: latest.version, outcome: 'superseded' };
    const version = (latest?.version ?? 0) + 1;
    remember(versions, { ...session, version });
    return { session, version, outcome: 'applied' };
  });
}

interface Versions {
  latest: KnownVersion | null;
  readonly bySha256: Map<string, number>;
}

function remember(versions: Versions, held: KnownVersion): void {
  if (held.version > (versions.latest?.version ?? 0)) versions.latest = held;
  versions.bySha256.set(held.sessionSha256, held.version);
}

/** Clocks of applications differ, so times count only where nothing better says which came first. */
const isOlder = (session: Identified, latest: KnownVersion): boolean =>
  session.partition !== null &&
  latest.partition !== null &&
  session.partition !== latest.partition &&
  session.receivedAtMs < latest.receivedAtMs;
