import { cvStrategies } from '@millrace/shared/contracts/settings';
import { Option } from 'commander';
import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace folds` */
export const addFolds: AddVerb = (program, terminal) => {
  verb(program, 'folds', 'sides and folds of the sessions of a file, near-duplicates masked')
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .option('--k <n>', 'folds (default: training.n_splits)', wholeNumber(2))
    .option('--seed <n>', 'random_state', wholeNumber(0))
    .addOption(
      new Option(
        '--strategy <name>',
        'k-fold is group-k-fold: no strategy splits a user (default: training.cv_strategy)',
      ).choices([...cvStrategies, 'k-fold']),
    )
    .option('--leave-out <n>', 'users left out together, in leave-p-out', wholeNumber(1))
    .option('--label <name>', 'stratify by this name in metadata.labels')
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .action(async (file, options) =>
      (await import('../folds/run-folds.ts')).runFolds(terminal, file, options),
    );
};
