import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { oneMoreTechnique, techniqueFlag, techniqueText, verb } from './options.ts';

/** `millrace augment` */
export const addAugment: AddVerb = (program, terminal) => {
  verb(
    program,
    'augment',
    'the examples of the sessions in a file, originals and copies, one JSON line each, in this process',
  )
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .option(techniqueFlag, techniqueText, oneMoreTechnique)
    .option('--seed <n>', 'random_state', wholeNumber(0))
    .option('--copies <n>', 'of each pair, by each technique', wholeNumber(0))
    .option('--no-encoder', 'rules alone decide on copies: no model is needed')
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .action(async (file, options) =>
      (await import('../augment/run-augment.ts')).runAugment(terminal, file, options),
    );
};
