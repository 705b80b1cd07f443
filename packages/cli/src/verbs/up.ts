import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace up` */
export const addUp: AddVerb = (program, terminal) => {
  verb(program, 'up', 'start broker, database and services in the background').action(
    async (options) => (await import('../fleet/run-up.ts')).runUp(terminal, options),
  );
};
