import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace publish` */
export const addPublish: AddVerb = (program, terminal) => {
  verb(program, 'publish', 'publish the sessions of a file (JSONL or array, plain or gzip)')
    .argument('<file>')
    .option('--limit <lines>', 'the first lines only', wholeNumber(1))
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .option('--wait', 'until the ledger balances with nothing in flight')
    .action(async (file, options) =>
      (await import('../publish/run-publish.ts')).runPublish(terminal, file, options),
    );
};
