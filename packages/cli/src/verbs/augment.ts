import { settingsSchema } from '@millrace/shared/contracts/settings';
import { Option } from 'commander';
import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** What the settings may name. */
const techniques = settingsSchema.shape.augmentation.unwrap().shape.techniques.unwrap().element;

/** `millrace augment` */
export const addAugment: AddVerb = (program, terminal) => {
  verb(
    program,
    'augment',
    'the examples of the sessions in a file, originals and copies, one JSON line each, in this process',
  )
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .addOption(
      new Option('--technique <name...>', 'only these (default: augmentation.techniques)').choices(
        techniques.options,
      ),
    )
    .option('--seed <n>', 'random_state', wholeNumber(0))
    .option('--copies <n>', 'of each pair, by each technique', wholeNumber(0))
    .option('--no-encoder', 'rules alone decide on copies: no model is needed')
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .action(async (file, options) =>
      (await import('../augment/run-augment.ts')).runAugment(terminal, file, options),
    );
};
