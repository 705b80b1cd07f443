import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace doctor` */
export const addDoctor: AddVerb = (program, terminal) => {
  verb(program, 'doctor', 'what this machine has, what it lacks, and the way around it')
    .option('--gpu', 'whether a training would run on a GPU; exit 3 when not')
    .action(async (options) =>
      (await import('../doctor/run-doctor.ts')).runDoctor(terminal, options),
    );
};
