import { type FoldSize, fileSessions, sessionFolds } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import type { cvStrategies, Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';

export interface FoldsVerbOptions {
  readonly k?: number;
  readonly seed?: number;
  readonly strategy?: (typeof cvStrategies)[number] | 'k-fold';
  readonly leaveOut?: number;
  readonly label?: string;
  readonly source: string;
  readonly json?: boolean;
}

/** `millrace folds FILE`: one line a session with --json, else a table of the folds' sizes. Nothing is written elsewhere. */
export async function runFolds(
  terminal: Terminal,
  file: string,
  options: FoldsVerbOptions,
): Promise<void> {
  const { conduct, say } = terminal;
  const { training } = readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined);
  const read = await fileSessions(file, options.source);
  if (read.dead > 0) say(`${read.dead} lines hold no session and are left out`);
  if (read.superseded > 0) say(`${read.superseded} older versions of sessions are left out`);
  if (read.duplicate > 0) say(`${read.duplicate} repeated sessions are left out`);
  const { rows, sizes, notes } = sessionFolds(read.sessions, {
    strategy: strategyOf(options, training),
    k: options.k ?? training.n_splits,
    leaveOut: options.leaveOut ?? training.cv_leave_out,
    seed: options.seed ?? training.random_state,
    validationSplit: training.validation_split,
    label: options.label ?? training.cv_label,
  });
  for (const note of notes) say(note);
  if (options.json) {
    for (const row of rows) terminal.data(JSON.stringify(row));
    say(sizes.map(sizeText).join('; '));
  } else terminal.data(sizesTable(sizes));
}

function strategyOf(options: FoldsVerbOptions, { cv_strategy }: Settings['training']) {
  const strategy = options.strategy ?? cv_strategy;
  if (strategy === 'k-fold') return 'group-k-fold';
  if (strategy !== 'none') return strategy;
  throw new UserError('MILLRACE_INPUT_STRATEGY', 'training.cv_strategy is none: give --strategy', {
    exitCode: exitCodes.usage,
  });
}

const nameOf = ({ fold }: FoldSize): string => (fold === null ? 'holdout' : `fold ${fold}`);

const sizeText = (size: FoldSize): string =>
  `${nameOf(size)}: ${size.sessions} sessions of ${size.users} users, ${size.masked} of ${size.messages} messages masked`;

function sizesTable(sizes: readonly FoldSize[]): string {
  return textTable(
    ['fold', 'sessions', 'users', 'messages', 'masked'],
    sizes.map((size) => [nameOf(size), size.sessions, size.users, size.messages, size.masked]),
  );
}
