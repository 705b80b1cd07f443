import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { DatasetProblem } from './frozen.ts';

export interface DatasetFigures {
  readonly train: number;
  readonly holdout: number;
  /** Share of duplicates that the freeze left, 0 to 1. */
  readonly duplicateRatio: number;
}

/** Which limits a frozen dataset breaks; empty when it may be trained on. */
export function datasetProblems(
  figures: DatasetFigures,
  settings: Pick<Settings, 'validation' | 'training'>,
): readonly DatasetProblem[] {
  const { min_examples, max_duplicate_ratio } = settings.validation;
  const { min_training_examples } = settings.training;
  const examples = figures.train + figures.holdout;
  const problems: DatasetProblem[] = [];
  if (examples < min_examples) {
    problems.push({
      what: 'too few examples',
      limit: min_examples,
      value: examples,
      setting: 'validation.min_examples',
    });
  }
  if (figures.train < min_training_examples) {
    problems.push({
      what: 'too few examples on the training side',
      limit: min_training_examples,
      value: figures.train,
      setting: 'training.min_training_examples',
    });
  }
  if (figures.duplicateRatio > max_duplicate_ratio) {
    problems.push({
      what: 'too large a share of duplicates after the freeze removed those that it may',
      limit: max_duplicate_ratio,
      value: Number(figures.duplicateRatio.toFixed(4)),
      setting: 'validation.max_duplicate_ratio',
    });
  }
  return problems;
}

/** One line for a person: what, limit, value and the setting to change. */
const problemText = (problem: DatasetProblem): string =>
  `${problem.what}: ${problem.value}, limit ${problem.limit} (${problem.setting})`;

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
