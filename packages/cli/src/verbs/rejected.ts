import type { Command } from 'commander';
import { moment } from '../conduct/moments.ts';
import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { words } from '../conduct/words.ts';
import { verb } from './options.ts';

/** `millrace rejected list|show|export|accept|reject` */
export const addRejected: AddVerb = (program, terminal) => {
  const rejected = program
    .command('rejected')
    .description('rejected sessions, and decisions of people on them');
  filtered(verb(rejected, 'list', 'newest first, with what rejects them'))
    .option('--limit <n>', 'at most', wholeNumber(1), 100)
    .action(async (options) =>
      (await import('../rejected/run-rejected.ts')).runRejectedList(terminal, options),
    );
  verb(rejected, 'show', 'the findings of one')
    .argument('<id>', 'session id')
    .option('--source <name>', 'where several have this id')
    .action(async (id, options) =>
      (await import('../rejected/run-rejected.ts')).runRejectedShow(terminal, id, options),
    );
  filtered(verb(rejected, 'export', 'their payloads as they came, one a line; the file holds text'))
    .argument('<file>', 'a new file')
    .action(async (file, options) =>
      (await import('../rejected/run-rejected-export.ts')).runRejectedExport(
        terminal,
        file,
        options,
      ),
    );
  for (const [name, verdict, what] of [
    ['accept', 'kept', 'keep a rejected session: it goes on to the augmentor'],
    ['reject', 'rejected', 'reject a kept session: later datasets are without it'],
  ] as const) {
    verb(rejected, name, what)
      .argument('<id>', 'session id')
      .requiredOption('--why <text>', 'the reason, for the record', words)
      .option('--by <name>', 'who decides (default: the user of this machine)', words)
      .option('--source <name>', 'where several have this id')
      .action(async (sessionId, options) =>
        (await import('../rejected/run-override.ts')).runOverride(
          terminal,
          { sessionId, verdict },
          options,
        ),
      );
  }
};

const filtered = (command: Command): Command =>
  command
    .option('--code <code>', 'rejected by this finding')
    .option('--source <name>', 'of this application')
    .option('--since <moment>', 'received then or later', moment);
