import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace doctor` */
export const addDoctor: AddVerb = (program, terminal) => {
  verb(program, 'doctor', 'what this machine has, what it lacks, and the way around it').action(
    async (options) => (await import('../doctor/run-doctor.ts')).runDoctor(terminal, options),
  );
};
