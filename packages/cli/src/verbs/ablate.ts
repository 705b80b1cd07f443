import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { oneMoreTechnique, techniqueFlag, techniqueText, verb } from './options.ts';

/** `millrace ablate` */
export const addAblate: AddVerb = (program, terminal) => {
  verb(program, 'ablate', 'train with and without each technique of augmentation, keep what helps')
    .argument('[file]', 'sessions, JSONL or array, plain or gzip')
    .option(techniqueFlag, techniqueText, oneMoreTechnique)
    .option('--max-steps <n>', 'cap of each training (default: 50)', wholeNumber(1))
    .option('--folds <n>', 'of the training side (default: 3)', wholeNumber(2))
    .option('--seed <n>', 'random_state; two more follow it', wholeNumber(0))
    .option('--model-name <name>', 'model line (default: training.model_name)')
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .option('--show', 'what stands, without training')
    .option('--fleet', 'of the running fleet: asks for an ablation on its examples')
    .option('--wait', 'follow it to its end; exit 1 when it fails')
    .action(async (file, options) =>
      (await import('../ablate/run-ablate.ts')).runAblate(terminal, file, options),
    );
};
