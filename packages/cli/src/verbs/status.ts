import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace status` */
export const addStatus: AddVerb = (program, terminal) => {
  verb(program, 'status', 'which parts run, and what the others wait for')
    .option('--watch', 'again and again until Ctrl-C, with what waits for each stage')
    .option('--every <seconds>', 'between two looks', wholeNumber(1), 2)
    .action(async (options) =>
      (await import('../fleet/run-status.ts')).runStatus(terminal, options),
    );
};
