import type { cvStrategies } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { kFolds } from './folds.ts';

export type CvStrategy = (typeof cvStrategies)[number];

/** A session of the training side, as a split sees it. */
export interface FoldSession {
  /** Its user, or itself where it has none (domain/side.ts). */
  readonly group: string;
  /** What every fold should hold alike; null: unknown. */
  readonly stratum: string | null;
  /** Milliseconds since 1970, of the first message; null where that is unknown. */
  readonly startedAtMs: number | null;
}

export interface AssignOptions {
  readonly strategy: CvStrategy;
  readonly k: number;
  /** Groups tested together, in leave-p-out. */
  readonly leaveOut: number;
  readonly seed: number;
}

export interface Assigned {
  /** In the order of the sessions, 0 to folds - 1. A group lies in one fold. */
  readonly foldOf: readonly number[];
  readonly folds: number;
  readonly notes: readonly string[];
}

/** A training each: more would take days, and who asks for them rarely knows. */
const mostTrainings = 200;

/**
 * The fold of each session. Group k-fold and holdout: k stratified folds. Forward in time: k blocks, a user where its first
 * session lies. Leave one group out and leave p out: a fold a group.
 * @throws UserError (exit 2) when there are fewer groups than folds, more than 200 trainings, or sessions without a time
 */
export function assignFolds(sessions: readonly FoldSession[], options: AssignOptions): Assigned {
  const { strategy, k, seed } = options;
  switch (strategy) {
    case 'group-k-fold':
    case 'holdout': {
      const stratumOf = (session: FoldSession) => session.stratum ?? '';
      const foldOf = kFolds(sessions, { k, seed, groupOf, stratumOf });
      return { foldOf, folds: k, notes: strataNotes(sessions) };
    }
    case 'forward':
      return { foldOf: timeBlocks(sessions, k), folds: k, notes: [] };
    case 'leave-one-group-out':
    case 'leave-p-out': {
      const groups = [...new Set(sessions.map(groupOf))].sort();
      refuseTooMany(groups.length, options);
      const numberOf = new Map(groups.map((group, i) => [group, i]));
      const foldOf = sessions.map((session) => numberOf.get(session.group) ?? 0);
      return { foldOf, folds: groups.length, notes: [] };
    }
  }
}

const groupOf = (session: FoldSession): string => session.group;

function strataNotes(sessions: readonly FoldSession[]): readonly string[] {
  const strata = new Set(sessions.map((session) => session.stratum));
  if (strata.size > 1) return [];
  return ['stratification had one class: the folds are even in size only'];
}

function refuseTooMany(groups: number, { strategy, leaveOut }: AssignOptions): void {
  const p = strategy === 'leave-one-group-out' ? 1 : leaveOut;
  if (groups <= p) {
    throw new UserError(
      'MILLRACE_TRAINING_TOO_FEW_GROUPS',
      `${strategy} leaves ${p} users out, the training side has ${groups}; one more is needed`,
      { exitCode: 2 },
    );
  }
  const trainings = choose(groups, p);
  if (trainings <= mostTrainings) return;
  throw new UserError(
    'MILLRACE_TRAINING_TOO_MANY_FOLDS',
    `${strategy} over ${groups} users takes ${trainings} trainings (${p} left out each time), at most ${mostTrainings} are made; use group-k-fold`,
    { exitCode: 2 },
  );
}

/** n over p, in floating point: what is refused need not be exact to the last digit. */
function choose(n: number, p: number): number {
  let count = 1;
  for (let i = 1; i <= p; i++) count = (count * (n - p + i)) / i;
  return Math.round(count);
}

/** Blocks of about equal size, in the order of each group's first session. */
function timeBlocks(sessions: readonly FoldSession[], k: number): readonly number[] {
  const untimed = sessions.filter((session) => session.startedAtMs === null).length;
  if (untimed > 0) {
    throw new UserError(
      'MILLRACE_TRAINING_NO_TIMES',
      `forward in time needs the time of every session, ${untimed} of ${sessions.length} have none; use group-k-fold`,
      { exitCode: 2 },
    );
  }
  const groups = [...Map.groupBy(sessions, groupOf)]
    .map(([group, own]) => ({
      group,
      size: own.length,
      first: own.reduce((min, s) => Math.min(min, s.startedAtMs ?? min), Number.POSITIVE_INFINITY),
    }))
    .sort((a, b) => a.first - b.first || (a.group < b.group ? -1 : 1));
  if (groups.length < k) {
    throw new UserError(
      'MILLRACE_TRAINING_TOO_FEW_GROUPS',
      `${k} blocks need ${k} users, the training side has ${groups.length}; use ${Math.max(2, groups.length)} or fewer`,
      { exitCode: 2 },
    );
  }
  const blockOf = new Map<string, number>();
  let block = 0;
  let before = 0;
  for (const [i, { group, size }] of groups.entries()) {
    const full = before >= ((block + 1) * sessions.length) / k;
    const everyLaterOneNeedsIts = groups.length - i <= k - 1 - block;
    if (block < k - 1 && (full || everyLaterOneNeedsIts)) block++;
    blockOf.set(group, block);
    before += size;
  }
  return sessions.map((session) => blockOf.get(session.group) ?? 0);
}
