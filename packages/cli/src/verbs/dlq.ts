import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace dlq list|show|retry|purge` */
export const addDlq: AddVerb = (program, terminal) => {
  const dlq = program.command('dlq').description('dead letters: records that nobody could handle');
  verb(dlq, 'list', 'newest first')
    .option('--limit <n>', 'at most', wholeNumber(1), 100)
    .action(async (options) => (await import('../dlq/run-dlq.ts')).runDlqList(terminal, options));
  verb(dlq, 'show', 'cause and place of one')
    .argument('<id>', 'id, or the beginning of it')
    .option('--bytes', "write the record's bytes to stdout, as they are")
    .action(async (id, options) =>
      (await import('../dlq/run-dlq.ts')).runDlqShow(terminal, id, options),
    );
  verb(dlq, 'retry', 'send one again to where it came from')
    .argument('<id>', 'id, or the beginning of it')
    .action(async (id, options) =>
      (await import('../dlq/run-dlq.ts')).runDlqRetry(terminal, id, options),
    );
  verb(dlq, 'purge', 'throw bytes away for good; cause, place and hash stay')
    .argument('[id]', 'id, or the beginning of it')
    .option('--older-than <days>', 'all that died before', wholeNumber(0))
    .option('--yes', 'do it; without it only the number is said')
    .action(async (id, options) =>
      (await import('../dlq/run-dlq.ts')).runDlqPurge(terminal, id, options),
    );
};
