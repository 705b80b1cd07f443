import { Option } from 'commander';
import type { AddVerb } from '../conduct/run.ts';
import { words } from '../conduct/words.ts';
import { formatNames } from '../export/formats/formats.ts';
import { verb } from './options.ts';

/** `millrace export` */
export const addExport: AddVerb = (program, terminal) => {
  verb(
    program,
    'export',
    'a dataset as files that Python opens, or everything that is held of a session or a user',
  )
    .option(
      '--dataset <hash>',
      'a frozen dataset, or the beginning of its hash (default: the newest)',
    )
    .option('--now', 'what a training of now would be given; writes no row')
    .addOption(
      new Option('--kind <kind>', 'of examples (default: that of the dataset, else pair)').choices([
        'pair',
        'chat',
      ]),
    )
    .addOption(new Option('--format <name>', 'of the files').choices(formatNames).default('jsonl'))
    .option('--model-name <name>', 'model line, where no dataset is named', words, 'default')
    .option('--session <id>', 'everything held of this session, as one JSON document')
    .option('--user <id>', 'the same of a user')
    .option('--source <name>', 'where several have this id')
    .option('--out <path>', 'folder of a dataset; new file of a document (default: stdout)')
    .addHelpText(
      'after',
      '\nEach dataset folder holds train and holdout, a manifest.json with counts and hashes, and a README.md by which\ndatasets.load_dataset(FOLDER) opens it. The files hold what people wrote: keep them as you keep the database.\n\nExamples:\n  millrace export --out pairs\n  millrace export --now --kind chat --format openai --out chats\n  millrace export --user user_7 --source shop --out user_7.json',
    )
    .action(async (options) =>
      (await import('../export/run-export.ts')).runExport(terminal, options),
    );
};
