import type { AddVerb } from '../conduct/run.ts';
import { verb } from './options.ts';

/** `millrace ledger` */
export const addLedger: AddVerb = (program, terminal) => {
  verb(program, 'ledger', 'what came in and where it went; exit 1 when it does not balance').action(
    async (options) => (await import('../ledger/run-ledger.ts')).runLedger(terminal, options),
  );
};
