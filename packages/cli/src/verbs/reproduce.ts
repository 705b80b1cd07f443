import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace reproduce` */
export const addReproduce: AddVerb = (program, terminal) => {
  verb(
    program,
    'reproduce',
    'train a registered model again from its frozen dataset, and compare the bytes; nothing is registered',
  )
    .argument('<model>', 'id, or NAME[/TYPE][@ALIAS], such as default/embedding@champion')
    .option('--keep <folder>', 'keep what was made; else it is thrown away')
    .addHelpText(
      'after',
      '\nExit codes: 0 the same bytes (the card, README.md, may tell of another machine), 1 they differ,\n2 it cannot be trained again: what is missing is named; or a wrong call.\n\nExample:\n  millrace reproduce default/embedding@champion --keep again',
    )
    .action(async (model, options) =>
      (await import('../reproduce/run-reproduce.ts')).runReproduce(terminal, model, options),
    );
};
