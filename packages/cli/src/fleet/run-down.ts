import { stopStack } from '@millrace/local-stack';
import type { Terminal } from '../conduct/terminal.ts';
import { stopServices } from './stop-services.ts';

/** `millrace down`: services, then broker, then database, if they run. The data stays. */
export async function runDown({ conduct, say, data }: Terminal, { json }: { json?: boolean }) {
  const ended = await stopServices(conduct.stateFolder, say);
  await stopStack({ say, state: conduct.stateFolder });
  if (json) data(JSON.stringify({ services_stopped: ended }));
  else say(ended.length === 0 ? 'no service ran' : `stopped ${ended.join(', ')}`);
}
