import { Option } from 'commander';
import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace mask audit` */
export const addMask: AddVerb = (program, terminal) => {
  const mask = program.command('mask').description('which tokens an LLM is trained on');
  verb(mask, 'audit', 'compare the loss mask of every chat with what it is for; exit 1 at a fault')
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .option('--model <folder>', 'with tokenizer and chat template (default: llm.base_model)')
    .option('--max-tokens <n>', 'of a row (default: llm.max_sequence_length)', wholeNumber(8))
    .addOption(
      new Option('--long <policy>', 'chats over that (default: llm.long_chats)').choices([
        'cut',
        'windows',
      ]),
    )
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .option('--show', 'the text of tokens at fault too; it is not for a log')
    .action(async (file, options) =>
      (await import('../mask/run-mask-audit.ts')).runMaskAudit(terminal, file, options),
    );
};
