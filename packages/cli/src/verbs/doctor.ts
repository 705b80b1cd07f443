import { wholeNumber } from '../conduct/numbers.ts';
import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace doctor` */
export const addDoctor: AddVerb = (program, terminal) => {
  verb(program, 'doctor', 'what this machine has, what it lacks, and the way around it')
    .option('--pods <n>', 'processes of ours that will share the database', wholeNumber(1))
    .option('--gpu', 'whether a training would run on a GPU; exit 3 when not')
    .action(async (options) =>
      (await import('../doctor/run-doctor.ts')).runDoctor(terminal, options),
    );
};
