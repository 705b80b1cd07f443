import type { Settings } from '@millrace/shared/contracts/settings';
import { PoisonError } from '@millrace/shared/domain/errors';
import type { Verdict } from '@millrace/shared/domain/finding';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { recordRevision, writeRevision } from '@millrace/shared/runtime/record-revision';
import { judge, type StoredSession } from './core/judge.ts';
import { validatorRevision, validatorSettings } from './core/validate-session.ts';
import { type JudgedVersion, saveVerdicts } from './store/save-verdicts.ts';
import { storedSessions, versionKey } from './store/stored-sessions.ts';
import {
  type PageStart,
  type RejudgeFilter,
  type VersionToJudge,
  versionsToJudge,
} from './store/versions-to-judge.ts';
import { newVerdictOutput } from './verdict-output.ts';

export interface RejudgeOptions {
  readonly settings: Settings;
  readonly filter: RejudgeFilter;
  /** Says what would change, and writes nothing. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970, for the events. */
  readonly now: () => number;
}

/** A session whose standing verdict is another one by the new settings. */
export interface VerdictChange {
  readonly source: string;
  readonly session_id: string;
  readonly version: number;
  readonly from: Verdict;
  readonly to: Verdict;
  /** What rejects it now, or rejected it before. */
  readonly codes: readonly string[];
}

export interface RejudgeCounts {
  /** Newest versions looked at. */
  readonly sessions: number;
  /** Of these, judged now; the others have a verdict of this revision already. */
  readonly judged: number;
  /** Their text is gone: they keep their verdict. */
  readonly erased: number;
  /** Without any verdict: the fleet is about to reach one. */
  readonly waiting: number;
  /** What was accepted or stored cannot be read: they keep their verdict. */
  readonly unreadable: number;
}

export interface RejudgePage {
  readonly changes: readonly VerdictChange[];
  readonly counts: RejudgeCounts;
}

const pageSessions = 200;
/** Of payloads held at a time. */
const pageBytes = 16 * 1024 * 1024;

/**
 * The newest version of every session by other settings: a page at a time, its verdicts and events committed together, so a
 * run that was cut off goes on where it stopped. The new revision becomes current after the last page of a run over all
 * sessions, and until then nothing stands otherwise than before. A page is told after it was written.
 */
export async function* rejudge(
  store: DeliveryStore,
  options: RejudgeOptions,
): AsyncGenerator<RejudgePage> {
  const { settings, filter, dryRun, signal } = options;
  const revision = validatorRevision(settings);
  const named = { stage: 'validator', revision, settings: validatorSettings(settings) } as const;
  if (!dryRun) await store.transaction((tx) => writeRevision(tx, named));
  for await (const page of pagesOf(store, { revision, filter }))
    for (const part of partsOf(page)) {
      signal.throwIfAborted();
      yield await rejudgePart(store, part, { ...options, revision });
    }
  const isWhole = filter.since === undefined && filter.sessionId === undefined && !filter.rejected;
  if (!dryRun && isWhole) await recordRevision(store, named);
}

async function* pagesOf(
  store: DeliveryStore,
  of: { readonly revision: string; readonly filter: RejudgeFilter },
): AsyncGenerator<readonly VersionToJudge[]> {
  let after: PageStart = null;
  for (;;) {
    const query = { ...of, after, limit: pageSessions };
    const page: readonly VersionToJudge[] = await store.read((sql) => versionsToJudge(sql, query));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.event;
  }
}

/** Runs whose payloads fit into memory together. */
function* partsOf(page: readonly VersionToJudge[]): Generator<readonly VersionToJudge[]> {
  let part: VersionToJudge[] = [];
  let bytes = 0;
  for (const version of page) {
    if (part.length > 0 && bytes + version.event.bytes > pageBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(version);
    bytes += version.event.bytes;
  }
  yield part;
}

async function rejudgePart(
  store: DeliveryStore,
  part: readonly VersionToJudge[],
  options: RejudgeOptions & { readonly revision: string },
): Promise<RejudgePage> {
  const open = part.filter((v) => !v.erased && v.standing !== null && v.known === null);
  const stored = await store.read((sql) =>
    storedSessions(
      sql,
      open.map((v) => v.event),
    ),
  );
  const judged = new Map<string, JudgedVersion & { readonly stands: Verdict }>();
  for (const { event } of open) {
    const decision = judgeAgain(event, stored.get(versionKey(event)) ?? null, options.settings);
    if (decision !== null) judged.set(versionKey(event), decision);
  }
  if (!options.dryRun) await save(store, [...judged.values()], options);
  const changes = part.flatMap((version): VerdictChange[] => {
    const { event, standing, known } = version;
    const now = judged.get(versionKey(event));
    const to = known ?? (now && { stands: now.stands, codes: rejectingCodes(now) });
    if (version.erased || standing === null || !to || to.stands === standing.stands) return [];
    const { source, session_id, version: number } = event;
    const codes = to.stands === 'rejected' ? to.codes : standing.codes;
    return [{ source, session_id, version: number, from: standing.stands, to: to.stands, codes }];
  });
  const counts = {
    sessions: part.length,
    judged: judged.size,
    erased: part.filter((v) => v.erased).length,
    waiting: part.filter((v) => !v.erased && v.standing === null).length,
    unreadable: open.length - judged.size,
  };
  return { changes, counts };
}

/** Null where there is nothing to judge, or it cannot be: the session keeps its verdict. */
function judgeAgain(
  event: VersionToJudge['event'],
  stored: StoredSession | null,
  settings: Settings,
): (JudgedVersion & { readonly stands: Verdict }) | null {
  try {
    const decision = judge(event, stored, settings);
    if (decision.kind === 'erased') return null;
    return { ...decision, stands: stored?.override ?? decision.result.verdict };
  } catch (error) {
    if (error instanceof PoisonError) return null;
    throw error;
  }
}

async function save(
  store: DeliveryStore,
  judged: readonly JudgedVersion[],
  { revision, now }: RejudgeOptions & { readonly revision: string },
): Promise<void> {
  if (judged.length === 0) return;
  await store.transaction(async (tx) => {
    const { fresh } = await saveVerdicts(tx, judged, revision);
    const context = { stage: 'validator', nowMs: now(), traceparent: null } as const;
    const rows = judged.flatMap((version) => {
      const standing = fresh.get(versionKey(version.event));
      if (standing === undefined) return [];
      const output = newVerdictOutput(version, { ...standing, revision, traceparent: null });
      return [outboxRow(output, context)];
    });
    await store.appendOutbox(tx, rows);
  });
}

const rejectingCodes = ({ result }: JudgedVersion): readonly string[] =>
  [...new Set(result.findings.flatMap((f) => (f.action === 'reject' ? [f.code] : [])))].sort();
