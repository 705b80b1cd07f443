import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace report` */
export const addReport: AddVerb = (program, terminal) => {
  verb(program, 'report', 'report.html, results.json, ledger.json and the model of the fleet')
    .option('--model <id>', 'id or alias (default: the newest)')
    .option('--out <folder>', 'where to write them', 'out')
    .action(async (options) =>
      (await import('../report/run-report.ts')).runReport(terminal, options),
    );
};
