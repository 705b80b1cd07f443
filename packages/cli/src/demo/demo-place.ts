import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stopStack } from '@millrace/local-stack';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import type { Terminal } from '../conduct/terminal.ts';
import type { StartFleetOptions } from '../fleet/start-fleet.ts';
import { stopServices } from '../fleet/stop-services.ts';

export type DemoPlace = Pick<
  StartFleetOptions,
  'stateFolder' | 'configFile' | 'database' | 'topicPrefix' | 'variables'
>;

/**
 * A place where a demo meets nobody: a state folder of its own with broker and database in it, emptied first; on a broker
 * or a database that the environment names, topics and a database of its own.
 */
export async function demoPlace({ conduct, say }: Terminal): Promise<DemoPlace> {
  const stateFolder = path.join(conduct.stateFolder, 'demo');
  await stopServices(stateFolder, say);
  await stopStack({ say, state: stateFolder });
  rmSync(stateFolder, { recursive: true, force: true });
  mkdirSync(stateFolder, { recursive: true });

  const settings = readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined);
  const configFile = path.join(stateFolder, 'settings.yaml');
  const storage = {
    ...settings.storage,
    data_dir: path.join(stateFolder, 'data'),
    model_dir: path.join(stateFolder, 'models'),
  };
  // JSON is YAML
  writeFileSync(configFile, JSON.stringify({ ...settings, storage }, null, 2));

  const shared = conduct.variables['KAFKA_BROKERS'] || conduct.variables['DATABASE_URL'];
  const name = `demo_${Date.now().toString(36)}`;
  return {
    stateFolder,
    configFile,
    variables: { MILLRACE_API_PORT: '0' },
    ...(shared && { database: `millrace_${name}`, topicPrefix: `${name}.` }),
  };
}
