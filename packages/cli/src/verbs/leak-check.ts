import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace leak-check` */
export const addLeakCheck: AddVerb = (program, terminal) => {
  verb(program, 'leak-check', 'what of one fold or side stands in another; exit 1 if anything')
    .argument('<folds>', 'NDJSON of `millrace folds --json`, or of any other splitter')
    .argument('<file>', 'the sessions that were split')
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .action(async (folds, file, options) =>
      (await import('../folds/run-leak-check.ts')).runLeakCheck(terminal, [folds, file], options),
    );
};
