import { stackStatus, stopStack } from '@millrace/local-stack';
import type { Terminal } from '../conduct/terminal.ts';
import { stopServices } from './stop-services.ts';

/** `millrace down`: services, then broker, then database, if they run. The data stays. */
export async function runDown({ conduct, say, data }: Terminal, { json }: { json?: boolean }) {
  const { broker, database } = await stackStatus({ state: conduct.stateFolder });
  const ended: string[] = await stopServices(conduct.stateFolder, say);
  await stopStack({ say, state: conduct.stateFolder });
  if (json) {
    data(JSON.stringify({ services_stopped: ended }));
    return;
  }
  const all = [...ended, ...(broker ? ['broker'] : []), ...(database ? ['database'] : [])];
  say(all.length === 0 ? 'nothing ran' : `stopped ${all.join(', ')}; the data stays`);
}
