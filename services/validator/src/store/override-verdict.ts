import { randomUUID } from 'node:crypto';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanDocument } from '@millrace/shared/domain/clean-document';
import { UserError } from '@millrace/shared/domain/errors';
import type { Verdict } from '@millrace/shared/domain/finding';
import type { Transaction } from '@millrace/shared/ports/database';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import { holdErasures } from '@millrace/shared/runtime/erasure/erased-versions';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { FindingDocument } from '../core/finding-document.ts';
import { acceptedText } from '../core/judge.ts';
import { verdictOutput } from '../verdict-output.ts';

export interface OverrideRequest {
  readonly source: string;
  readonly sessionId: string;
  readonly verdict: Verdict;
  /** Who decides. */
  readonly by: string;
  readonly why: string;
}

export interface Overridden {
  readonly version: number;
  readonly from: Verdict;
  readonly to: Verdict;
  /** False: it stood so already, and nothing was written. */
  readonly changed: boolean;
}

/**
 * A person's decision on the newest version of a session, in one transaction: the override, its copy on every verdict of
 * the version, the cleaned text where it was rejected, one event for each verdict that it changes, and the record of who
 * decided and why. It outlives revisions: a later verdict on the version takes it over. The same decision twice changes
 * nothing.
 * @param nowMs milliseconds since 1970, for the events
 * @throws UserError when there is nothing to decide on, or its structure cannot be read
 */
export async function overrideVerdict(
  store: Pick<DeliveryStore, 'transaction' | 'appendOutbox'>,
  asked: OverrideRequest,
  nowMs: number,
): Promise<Overridden> {
  return await store.transaction(async (tx) => {
    await tx`set local lock_timeout = '10s'`;
    // before the table: an erasure that holds this one waits for rows of that one
    await holdErasures(tx);
    // no verdict may be written while this one is decided: it would not know of the decision
    await tx`lock table verdicts in share row exclusive mode`;
    const session = await newestVersion(tx, asked);
    const rows = await verdictsOf(tx, session);
    const [standing] = rows;
    if (standing === undefined)
      throw refused(
        asked,
        'has no verdict yet: decide once the validator has reached it (millrace status)',
      );
    const { version } = session;
    const { verdict: to } = asked;
    if (standing.stands === to) return { version, from: to, to, changed: false };
    const texts = to === 'kept' ? rows.map((row) => textOf(row, session)) : [];
    if (texts.includes(null))
      throw refused(
        asked,
        'cannot be accepted: its structure cannot be read; correct it and publish it again',
      );
    const change = await writeOverride(tx, { ...asked, version });
    await writeCopies(tx, { ...session, to, rows, texts });
    await writeRecord(tx, {
      ...asked,
      version,
      from: standing.stands,
      change,
      revision: standing.revision,
    });
    const { source, session_id, traceparent } = session;
    const outputs = rows
      .filter((row) => row.stands !== to)
      .map(({ revision, quality, findings }) =>
        verdictOutput({
          ...{ source, session_id, version, revision, quality, findings, change, traceparent },
          stands: to,
          overridden: true,
        }),
      );
    const context = { stage: 'validator', nowMs, traceparent } as const;
    await store.appendOutbox(
      tx,
      outputs.map((output) => outboxRow(output, context)),
    );
    return { version, from: standing.stands, to, changed: true };
  });
}

interface Session {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly traceparent: string | null;
  readonly receivedAtMs: number;
  readonly bytes: Uint8Array | null;
}

async function newestVersion(
  tx: Transaction,
  asked: OverrideRequest,
): Promise<Session & { bytes: Uint8Array }> {
  const [row] = await tx<Session[]>`
    select s.source, s.session_id, s.version, s.traceparent, (extract(epoch from s.received_at) * 1000)::float8 as "receivedAtMs",
      case when s.state = 'erased' then null else p.bytes end as bytes
    from sessions s left join payloads p using (source, session_id, version)
    where s.source = ${asked.source} and s.session_id = ${asked.sessionId}
    order by s.version desc limit 1`;
  if (row === undefined) throw refused(asked, 'is not known: look at its id and source');
  const { bytes } = row;
  if (bytes === null)
    throw refused(asked, 'was erased, or is past storage.retention: nothing is left to decide on');
  return { ...row, bytes };
}

interface VerdictRow {
  readonly revision: string;
  readonly stands: Verdict;
  readonly quality: number;
  readonly findings: readonly FindingDocument[];
  readonly hasText: boolean;
  readonly settings: unknown;
}

/** The verdicts on a version, the one that stands first. */
async function verdictsOf(tx: Transaction, session: Session): Promise<readonly VerdictRow[]> {
  return await tx<VerdictRow[]>`
    select v.revision, coalesce(v.override, v.verdict) as stands, v.quality, v.findings, v.cleaned is not null as "hasText",
      r.settings
    from verdicts v left join revisions r on r.stage = 'validator' and r.revision = v.revision
    where v.source = ${session.source} and v.session_id = ${session.session_id} and v.version = ${session.version}
    order by r.last_seen desc nulls last, v.revision`;
}

const judgedBy = settingsSchema.pick({ session: true, validation: true });

/** Its cleaned text by the settings of the verdict; undefined when it is there already, null when there can be none. */
function textOf(
  row: VerdictRow,
  session: Session & { bytes: Uint8Array },
): CleanDocument | null | undefined {
  if (row.hasText) return undefined;
  const settings = judgedBy.safeParse(row.settings);
  const { bytes, receivedAtMs } = session;
  return settings.success ? acceptedText(bytes, { settings: settings.data, receivedAtMs }) : null;
}

async function writeOverride(
  tx: Transaction,
  { source, sessionId, version, verdict, why, by }: OverrideRequest & { readonly version: number },
): Promise<number> {
  const [row] = await tx<{ changes: number }[]>`
    insert into overrides as o (source, session_id, version, verdict, why, decided_by, changes)
    values (${source}, ${sessionId}, ${version}, ${verdict}, ${why}, ${by}, 1)
    on conflict (source, session_id, version) do update set verdict = excluded.verdict, why = excluded.why,
      decided_by = excluded.decided_by, changes = o.changes + 1, decided_at = clock_timestamp()
    returning changes`;
  return row?.changes ?? 1;
}

interface Copies extends Session {
  readonly to: Verdict;
  readonly rows: readonly VerdictRow[];
  readonly texts: readonly (CleanDocument | null | undefined)[];
}

async function writeCopies(
  tx: Transaction,
  { source, session_id, version, to, rows, texts }: Copies,
) {
  await tx`
    update verdicts v set override = ${to}, cleaned = coalesce(v.cleaned, new.cleaned)
    from unnest(
      ${rows.map((row) => row.revision)}::text[],
      ${rows.map((_, i) => (texts[i] ? JSON.stringify(texts[i]) : null))}::text[]::jsonb[]
    ) as new (revision, cleaned)
    where v.source = ${source} and v.session_id = ${session_id} and v.version = ${version} and v.revision = new.revision`;
}

interface DecisionRecord extends OverrideRequest {
  readonly version: number;
  readonly from: Verdict;
  readonly revision: string;
  readonly change: number;
}

async function writeRecord(tx: Transaction, record: DecisionRecord): Promise<void> {
  const { source, sessionId, version, from, verdict: to, by, why, revision, change } = record;
  const detail = { source, session_id: sessionId, version, from, to, by, why, revision, change };
  await tx`
    insert into audit (id, action, subject, detail)
    values (${randomUUID()}, 'verdict_overridden', ${sessionId}, ${JSON.stringify(detail)}::text::jsonb)`;
}

const refused = (
  { source, sessionId }: Pick<OverrideRequest, 'source' | 'sessionId'>,
  why: string,
): UserError => new UserError('MILLRACE_INPUT_SESSION', `session ${sessionId} of ${source} ${why}`);
