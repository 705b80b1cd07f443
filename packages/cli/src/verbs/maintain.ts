import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace maintain` */
export const addMaintain: AddVerb = (program, terminal) => {
  verb(
    program,
    'maintain',
    'throw away what storage.retention says is old, and what ended trainings left; for a daily run',
  )
    .option('--dry-run', 'say what would go, and throw nothing away')
    .action(async (options) =>
      (await import('../maintain/run-maintain.ts')).runMaintain(terminal, options),
    );
};
