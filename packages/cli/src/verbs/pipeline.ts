import { Option } from 'commander';
import { positiveNumber, wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace pipeline` */
export const addPipeline: AddVerb = (program, terminal) => {
  verb(program, 'pipeline', 'the seven steps in this process, without broker and database')
    .argument('<file>', 'sessions, JSONL or array, plain or gzip')
    .addOption(
      new Option('--model-type <type>', 'what to train')
        .choices(['embedding', 'llm', 'all'])
        .default('embedding'),
    )
    .option('--out <folder>', 'results.json, report.html, model/ (default: storage.output_dir)')
    .option('--seed <n>', 'random_state', wholeNumber(0))
    .option('--max-steps <n>', 'cap of the final run', wholeNumber(1))
    .option('--batch-size <n>', 'pairs a step', wholeNumber(2))
    .option('--learning-rate <x>', 'peak', positiveNumber)
    .option('--source <name>', 'publishing application, part of every id', 'cli')
    .option('--force', 'train although the dataset breaks a limit')
    .action(async (file, options) =>
      (await import('../pipeline/run-pipeline.ts')).runPipelineVerb(terminal, file, options),
    );
};
