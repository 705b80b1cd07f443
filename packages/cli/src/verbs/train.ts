import { positiveNumber, wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace train` */
export const addTrain: AddVerb = (program, terminal) => {
  verb(program, 'train', 'ask the fleet for a training')
    .option('--model-name <name>', 'model line', 'default')
    .option('--model-type <type>', 'embedding, llm or all', 'embedding')
    .option('--request-id <id>', 'the same id asks only once')
    .option('--max-steps <n>', 'cap of the run', wholeNumber(1))
    .option('--epochs <n>', 'training_num_epochs', wholeNumber(1))
    .option('--batch-size <n>', 'pairs a step', wholeNumber(2))
    .option('--learning-rate <x>', 'peak', positiveNumber)
    .option(
      '--folds <n>',
      'of the cross-validation, 0: none (default: training.n_splits)',
      wholeNumber(0),
    )
    .option('--seed <n>', 'random_state', wholeNumber(0))
    .option('--force', 'train although the dataset breaks a limit; recorded')
    .option('--wait', 'follow it to its end; exit 1 when it fails')
    .action(async (options) => (await import('../train/run-train.ts')).runTrain(terminal, options));
};
