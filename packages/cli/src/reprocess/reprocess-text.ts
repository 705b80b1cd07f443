import type { SessionExamplesChange } from '@millrace/augmentor';
import type { VerdictChange } from '@millrace/validator';

export type Change = VerdictChange | SessionExamplesChange;
type Counts = Readonly<Record<string, number>>;

/** A change as one line. */
export function changeText(change: Change): string {
  const { session_id, source, version } = change;
  const what =
    'from' in change
      ? `${change.from} -> ${change.to} (${change.codes.join(', ')})`
      : `examples +${change.added} -${change.removed}, ${change.changed} with another text`;
  return `${session_id} of ${source}, version ${version}: ${what}`;
}

/** What keeps a session from being reprocessed, in words. */
const reasons: Readonly<Record<string, string>> = {
  erased: 'were erased and cannot be reprocessed',
  waiting: 'are on their way through the fleet: run it again when the ledger has settled',
  unjudged: "have no verdict by the validator's settings of now: run millrace reprocess validator",
  unreadable: 'cannot be read by these settings and stay as they are',
};

/** The last lines of a run: how many were looked at, and what could not be done. */
export function reprocessText({
  stage,
  dryRun,
  counts,
}: {
  readonly stage: 'validator' | 'augmentor';
  readonly dryRun: boolean;
  readonly counts: Counts;
}): string {
  const done = counts[stage === 'validator' ? 'judged' : 'made'] ?? 0;
  const word = stage === 'validator' ? 'judged' : 'augmented';
  const said = dryRun ? `${done} would be ${word}, nothing was written` : `${done} ${word}`;
  const left = Object.entries(reasons).flatMap(([name, why]) =>
    (counts[name] ?? 0) > 0 ? [`${counts[name]} ${why}`] : [],
  );
  return [`${counts['sessions'] ?? 0} sessions, ${said}`, ...left].join('\n');
}

/** Sums by name. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sums = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
