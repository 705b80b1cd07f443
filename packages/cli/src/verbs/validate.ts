import { Option } from 'commander';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace validate` */
export const addValidate: AddVerb = (program, terminal) => {
  verb(
    program,
    'validate',
    'the verdict on each line of a file, in this process; exit 4 when some are rejected',
  )
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .addOption(
      new Option('--document', 'print the result document of the kept sessions as a set').conflicts(
        'json',
      ),
    )
    .action(async (file, options) =>
      (await import('../validate/run-validate.ts')).runValidate(terminal, file, options),
    );
};
