/**
 * Ends a fleet when the command that started it is gone: started beside it, it waits for the end of its standard input,
 * which the kernel closes however that command dies. The word `done` before it means that nothing is left to end.
 *
 * Usage: node keeper.ts STATE_FOLDER
 */
import { stopStack } from '@millrace/local-stack';
import { stopServices } from './stop-services.ts';

const stateFolder = process.argv[2] ?? '';
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => {});
let said = '';
for await (const chunk of process.stdin) said += String(chunk);
if (!said.includes('done') && stateFolder !== '') {
  await stopServices(stateFolder, () => {});
  await stopStack({ say: () => {}, state: stateFolder });
}
