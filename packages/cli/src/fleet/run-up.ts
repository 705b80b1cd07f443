import type { Terminal } from '../conduct/terminal.ts';
import { apiOf } from './parts.ts';
import { startFleet } from './start-fleet.ts';
import { stopServices } from './stop-services.ts';

/** `millrace up`: broker, database and services in the background; does nothing for what runs already. */
export async function runUp(terminal: Terminal, { json }: { json?: boolean }): Promise<void> {
  const { conduct, say, data } = terminal;
  const { stateFolder } = conduct;
  const fleet = await startFleet({
    terminal,
    stateFolder,
    keep: true,
    variables: { MILLRACE_API_PORT: conduct.variables['MILLRACE_API_PORT'] ?? '0' },
  });
  try {
    await fleet.ready;
  } catch (error) {
    await stopServices(stateFolder, say);
    await fleet.stack.stop();
    throw error;
  }
  const api = apiOf(stateFolder, 'ingestor');
  // in a form that a shell can read
  const addresses = {
    KAFKA_BROKERS: fleet.environment.KAFKA_BROKERS.join(','),
    DATABASE_URL: fleet.environment.DATABASE_URL,
    ...(api !== null && { MILLRACE_API: api }),
  };
  if (json) data(JSON.stringify(addresses, null, 2));
  else for (const [name, value] of Object.entries(addresses)) data(`${name}=${value}`);
  say(`logs: ${stateFolder}/logs`);
}
