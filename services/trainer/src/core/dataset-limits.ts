import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { Example } from '@millrace/shared/domain/example';
import { judgeTexts, type TextMetrics } from '@millrace/text';
import type { DatasetProblem } from './frozen.ts';
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
const problemText = (problem: DatasetProblem): string =>
  `${problem.what}: ${problem.value}, limit ${problem.limit} (${problem.setting})`;

/** What a report says of a dataset that is trained on although it breaks a limit. */
export const forcedNotes = ({
  problems,
}: {
  readonly problems: readonly DatasetProblem[];
}): readonly string[] => problems.map((problem) => `trained by force: ${problemText(problem)}`);

/**
 * Refuse a dataset that breaks a limit, unless forced.
 * @throws UserError with one line a problem
 */
export function requireTrainable(
  { problems }: { readonly problems: readonly DatasetProblem[] },
  force: boolean,
): void {
  if (problems.length === 0 || force) return;
  throw new UserError('MILLRACE_TRAINING_DATASET_INVALID', problems.map(problemText).join('\n'));
}
