import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace status` */
export const addStatus: AddVerb = (program, terminal) => {
  verb(program, 'status', 'which parts run, and what the others wait for').action(async (options) =>
    (await import('../fleet/run-status.ts')).runStatus(terminal, options),
  );
};
