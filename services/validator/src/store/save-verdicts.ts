import type { SessionClosed } from '@millrace/shared/contracts/events';
import type { Transaction } from '@millrace/shared/ports/database';
import { findingDocument } from '../core/finding-document.ts';
import type { SessionResult } from '../core/validate-session.ts';
import { versionKey } from './stored-sessions.ts';

export interface JudgedVersion {
  readonly event: SessionClosed;
  readonly result: SessionResult;
}

/**
 * Writes the verdicts that are not there yet, in one statement.
 * @returns keys (see versionKey) of the versions that were new
 */
export async function saveVerdicts(
  tx: Transaction,
  judged: readonly JudgedVersion[],
  revision: string,
): Promise<ReadonlySet<string>> {
  if (judged.length === 0) return new Set();
  const inserted = await tx<{ source: string; session_id: string; version: number }[]>`
    insert into verdicts (source, session_id, version, revision, verdict, quality, findings, metrics, cleaned)
    select source, session_id, version, ${revision}, verdict, quality, findings, metrics, cleaned
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
    on conflict do nothing
    returning source, session_id, version`;
  return new Set(inserted.map(versionKey));
}
