import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { Example } from '@millrace/shared/domain/example';
import { judgeTexts, type TextMetrics } from '@millrace/text';
import type { DatasetProblem, FreezeCounts, FreezeResult } from './frozen.ts';
import { textsOf } from './texts-of.ts';

interface Sides {
  readonly train: readonly Example[];
  readonly holdout: readonly Example[];
}

/**
 * The figures of a frozen dataset, and which limits it breaks; none when it may be trained on. One text an example, as
 * DataValidator has it for chats.
 */
export function judgeDataset(
  { train, holdout }: Sides,
  settings: Pick<Settings, 'validation' | 'training'>,
): { readonly metrics: TextMetrics; readonly problems: readonly DatasetProblem[] } {
  const { min_training_examples } = settings.training;
  const texts = [...train, ...holdout].map((example) => textsOf(example).join('\n'));
  const { metrics, problems } = judgeTexts(texts, settings.validation);
  const tooFew = {
    what: 'too few examples on the training side',
    limit: min_training_examples,
    value: train.length,
    setting: 'training.min_training_examples',
  };
  return {
    metrics,
    problems: train.length < min_training_examples ? [...problems, tooFew] : problems,
  };
}

/** One line for a person: what, limit, value and the setting to change. */
export const problemText = (problem: DatasetProblem): string =>
  `${problem.what}: ${problem.value}, limit ${problem.limit} (${problem.setting})`;

/** What a report says of a dataset that is trained on although it breaks a limit. */
export const forcedNotes = ({
  problems,
}: {
  readonly problems: readonly DatasetProblem[];
}): readonly string[] => problems.map((problem) => `trained by force: ${problemText(problem)}`);

/** What was left out before the limits were looked at: who sent more than is counted wonders where it went. */
function leftOut({ ready, dropped }: FreezeCounts): string[] {
  const reasons = Object.entries(dropped).filter(([, count]) => count > 0);
  if (reasons.length === 0) return [];
  const parts = reasons.map(([reason, count]) => `${reason} ${count}`).join(', ');
  return [`of ${ready} examples that were ready these were left out: ${parts}`];
}

/**
 * Refuse a dataset that breaks a limit, unless forced.
 * @throws UserError with one line a problem, and one that says what was left out
 */
export function requireTrainable(
  { problems, counts }: Pick<FreezeResult, 'problems' | 'counts'>,
  force: boolean,
): void {
  if (problems.length === 0 || force) return;
  const lines = [...problems.map(problemText), ...leftOut(counts)];
  throw new UserError('MILLRACE_TRAINING_DATASET_INVALID', lines.join('\n'));
}
