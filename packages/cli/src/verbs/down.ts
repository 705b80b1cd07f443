import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace down` */
export const addDown: AddVerb = (program, terminal) => {
  verb(program, 'down', 'stop services, broker and database; the data stays').action(
    async (options) => (await import('../fleet/run-down.ts')).runDown(terminal, options),
  );
};
