import type { SessionClosed } from '@millrace/shared/contracts/events';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Verdict } from '@millrace/shared/domain/finding';
import type { SessionKey } from '@millrace/shared/domain/session';
import type { Transaction } from '@millrace/shared/ports/database';
import { erasedVersions } from '@millrace/shared/runtime/erasure/erased-versions';
import { findingDocument } from '../core/finding-document.ts';
import type { SessionResult } from '../core/validate-session.ts';
import { versionKey } from './stored-sessions.ts';

export interface JudgedVersion {
  readonly event: SessionClosed;
  readonly result: SessionResult;
}

/** What a new verdict comes to. */
export interface Standing {
  /** A person's decision where there is one, else the verdict. */
  readonly stands: Verdict;
  readonly overridden: boolean;
}

export interface SavedVerdicts {
  /** By key (see versionKey), those that were new. */
  readonly fresh: Map<string, Standing>;
  /** Erased since they were loaded: nothing of these was written. */
  readonly erased: { has(event: SessionClosed): boolean };
}

interface Inserted extends Standing {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly hasText: boolean;
  readonly again: boolean;
}

/**
 * Writes the verdicts that are not there yet, in one statement. How many of them judge a version again is put on record:
 * no event came in for these, so the ledger counts them by it. Under a person's rejection no text is kept: nothing goes on to
 * the augmentor, and the ledger tells it by that from a verdict that went on before it was rejected.
 * @throws TransientError when a person accepted one of them since it was loaded: load again
 */
export async function saveVerdicts(
  tx: Transaction,
  all: readonly JudgedVersion[],
  revision: string,
): Promise<SavedVerdicts> {
  const gone = await erasedVersions(
    tx,
    all.map(({ event }) => keyOf(event)),
  );
  const erased = { has: (event: SessionClosed) => gone.has(keyOf(event)) };
  const judged = all.filter(({ event }) => !erased.has(event));
  if (judged.length === 0) return { fresh: new Map(), erased };
  const inserted = await tx<Inserted[]>`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned, override)
    select source, session_id, version, ${revision}, new.verdict, quality, findings, metrics,
      case when o.verdict = 'rejected' then null else cleaned end, o.verdict
    from unnest(
      ${judged.map((j) => j.event.source)}::text[],
      ${judged.map((j) => j.event.session_id)}::text[],
      ${judged.map((j) => j.event.version)}::int[],
      ${judged.map((j) => j.result.verdict)}::text[],
      ${judged.map((j) => j.result.metrics.quality)}::real[],
      ${judged.map((j) => JSON.stringify(j.result.findings.map(findingDocument)))}::text[]::jsonb[],
      ${judged.map((j) => JSON.stringify(j.result.metrics))}::text[]::jsonb[],
      ${judged.map((j) => j.result.cleaned && JSON.stringify(j.result.cleaned))}::text[]::jsonb[]
    ) as new (source, session_id, version, verdict, quality, findings, metrics, cleaned)
    left join overrides o using (source, session_id, version)
    on conflict do nothing
    returning source, session_id, version, coalesce(override, verdict) as stands, override is not null as overridden,
      cleaned is not null as "hasText", exists (
        select from verdicts v where v.source = verdicts.source and v.session_id = verdicts.session_id
          and v.version = verdicts.version and v.revision <> verdicts.revision) as again`;
  if (inserted.some(({ stands, hasText }) => stands === 'kept' && !hasText)) {
    throw new TransientError(
      'MILLRACE_PROCESSING_OVERRIDE',
      'a person accepted a session while it was judged',
    );
  }
  const again = inserted.filter((row) => row.again).length;
  if (again > 0)
    await tx`
      insert into audit (id, action, subject, detail)
      values (gen_random_uuid(), 'judged_again', 'validator', jsonb_build_object('count', ${again}::int))`;
  const fresh = new Map(
    inserted.map((row) => [versionKey(row), { stands: row.stands, overridden: row.overridden }]),
  );
  return { fresh, erased };
}

const keyOf = ({ source, session_id, version }: SessionClosed): SessionKey => ({
  source,
  sessionId: session_id,
  version,
});
