import { groupOf } from '../../domain/side.ts';
import type { Transaction } from '../../ports/database.ts';
import { writtenBytes } from './written-bytes.ts';

/** A row as a document shows it. */
export type HeldRow = Readonly<Record<string, unknown>>;

interface Named {
  readonly source: string;
  readonly sessionId: string;
}

interface Versioned {
  readonly version: number | null;
}

/** Every row of a session, by version: as received, as judged, as cleaned, as examples. */
export async function heldSession(
  tx: Transaction,
  { source, sessionId }: Named,
): Promise<{ readonly document: HeldRow; readonly datasets: readonly string[] }> {
  const own = () => tx`source = ${source} and session_id = ${sessionId}`;
  const versions = await tx<(Versioned & { state: string; user_id: string | null })[]>`
    select version, state, user_id, origin, received_at, message_count, bytes, payload_sha256, session_sha256, raw_purged_at
    from sessions where ${own()} order by version`;
  const payloads = await tx<(Versioned & { bytes: Uint8Array })[]>`
    select version, bytes, sha256, redactions from payloads where ${own()}`;
  const verdicts = await tx<Versioned[]>`
    select version, revision, verdict, quality, findings, metrics, cleaned, override,
      exists (select from standing_verdicts s where s.source = v.source and s.session_id = v.session_id
        and s.version = v.version and s.revision = v.revision) as stands
    from verdicts v where ${own()} order by revision`;
  const overrides = await tx<Versioned[]>`
    select version, verdict, why, decided_by, decided_at, changes from overrides where ${own()}`;
  const accepts = await tx<(HeldRow & { version: number | null })[]>`
    select version, id::text, outcome, events, duplicates, accepted_at, idempotency_key from http_accepts where ${own()} order by accepted_at, id`;
  const augmentations = await tx<Versioned[]>`
    select version, revision, side, pairs, chats, techniques, ready_at from augmentations where ${own()} order by revision`;
  const examples = await tx<(Versioned & Seen)[]>`
    select version, id, revision, kind, technique, parent_id, position, content, content_sha256, features, first_dataset,
      last_dataset
    from examples where ${own()} order by revision, kind, position, id`;
  const audit = await tx<{ action: string; detail: { datasets?: readonly string[] } }[]>`
    select action, at, detail from audit where subject = ${sessionId} and detail->>'source' = ${source} order by at, id`;
  const groups = versions.map(({ user_id: userId }) => groupOf({ source, sessionId, userId }));
  const sides = await tx<{ side: string }[]>`
    select distinct side from sides where group_key = any(${groups}::text[]) order by side`;

  const documents = versions.map(({ version, ...row }) => ({
    version,
    ...row,
    payload: payloadOf(payloads.find(isOf(version))),
    verdicts: rowsOf(verdicts, version),
    override: rowsOf(overrides, version)[0] ?? null,
    http_accepts: rowsOf(accepts, version),
    augmentations: rowsOf(augmentations, version),
    examples: rowsOf(examples, version),
  }));
  const gathered = await gatheredIn(tx, { source, sessionId });
  const document = {
    session_id: sessionId,
    side: sides.map(({ side }) => side).join(', ') || null,
    gathered,
    http_accepts: accepts.filter(({ version }) => version === null),
    erased: [...versions, ...(gathered === null ? [] : [gathered])].every(
      ({ state }) => state === 'erased',
    ),
    versions: documents,
    audit,
  };
  const erasedFrom = audit.flatMap(({ detail }) => detail.datasets ?? []);
  return { document, datasets: [...examples.flatMap(datasetsOf), ...erasedFrom] };
}

/** What came message by message, as received; null: the session came whole. */
async function gatheredIn(
  tx: Transaction,
  { source, sessionId }: Named,
): Promise<(HeldRow & { readonly state: string }) | null> {
  const [row] = await tx<{ state: string }[]>`
    select state, messages, ends, bytes, versions, expected, opened_at, ended_at, due_at, closed_at, received_at, purged_at
    from gathered_sessions where source = ${source} and session_id = ${sessionId}`;
  if (row === undefined) return null;
  const events = await tx<{ bytes: Uint8Array | null }[]>`
    select identity, kind, user_id, sha256, bytes, redactions from gathered_events
    where source = ${source} and session_id = ${sessionId} order by identity`;
  const written = events.map(({ bytes, ...event }) => ({
    ...event,
    event: bytes === null ? null : writtenBytes(bytes),
  }));
  return { ...row, events: written };
}

interface Seen {
  readonly first_dataset: string | null;
  readonly last_dataset: string | null;
}

const datasetsOf = ({ first_dataset: first, last_dataset: last }: Seen): readonly string[] =>
  [first, last].filter((name) => name !== null);

const isOf =
  (version: Versioned['version']) =>
  (row: Versioned): boolean =>
    row.version === version;

const rowsOf = (rows: readonly Versioned[], version: Versioned['version']): readonly HeldRow[] =>
  rows.filter(isOf(version)).map(({ version: _, ...row }) => row);

function payloadOf(row: (Versioned & { readonly bytes: Uint8Array }) | undefined): HeldRow | null {
  if (row === undefined) return null;
  const { version: _, bytes, ...more } = row;
  return { ...writtenBytes(bytes), ...more };
}
