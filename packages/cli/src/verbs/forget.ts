import type { AddVerb } from '../conduct/run.ts';
import { words } from '../conduct/words.ts';
import { verb } from './options.ts';

/** `millrace forget` */
export const addForget: AddVerb = (program, terminal) => {
  verb(program, 'forget', 'erase a session, or all of a user, and name the models that saw it')
    .option('--session <id>', 'this session')
    .option('--user <id>', 'every session of this user')
    .option('--source <name>', 'where several have this id')
    .requiredOption('--why <text>', 'the reason, for the record', words)
    .option('--by <name>', 'who decides (default: the user of this machine)', words)
    .option('--yes', 'do it; without it only what would go is said')
    .action(async (options) =>
      (await import('../forget/run-forget.ts')).runForget(terminal, options),
    );
};
