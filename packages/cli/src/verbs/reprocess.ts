import { Argument } from 'commander';
import { moment } from '../conduct/moments.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace reprocess` */
export const addReprocess: AddVerb = (program, terminal) => {
  verb(
    program,
    'reprocess',
    'verdicts or examples by the settings of now: says what changes, then changes it',
  )
    .addArgument(new Argument('<stage>', 'whose results').choices(['validator', 'augmentor']))
    .option('--since <moment>', 'sessions received then or later', moment)
    .option('--session <id>', 'one session')
    .option('--rejected', 'sessions that stand as rejected')
    .option('--dry-run', 'say what would change, and change nothing')
    .action(async (stage, options) =>
      (await import('../reprocess/run-reprocess.ts')).runReprocess(terminal, stage, options),
    );
};
