import { Option } from 'commander';
import { positiveNumber, wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** Under a minute on two cores; a full run has no cap. */
const demoSteps = 60;

/** `millrace demo` */
export const addDemo: AddVerb = (program, terminal) => {
  verb(program, 'demo', 'the whole path on this machine: a fleet, sessions, a model, a report')
    .option('--sessions <file>', 'sessions to publish (default: those of samples/)')
    .option('--limit <lines>', 'the first lines only', wholeNumber(1))
    .addOption(
      new Option('--model-type <type>', 'what to train')
        .choices(['embedding', 'llm', 'all'])
        .default('embedding'),
    )
    .option('--out <folder>', 'report.html, results.json, ledger.json, model/', 'out')
    .option('--max-steps <n>', 'training steps at most', wholeNumber(1), demoSteps)
    .option('--learning-rate <x>', "of this short run (default: each kind's own)", positiveNumber)
    .option('--keep', 'leave the fleet running')
    .action(async (options) => (await import('../demo/run-demo.ts')).runDemo(terminal, options));
};
