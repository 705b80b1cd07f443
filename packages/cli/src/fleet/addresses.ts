import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stackStatus } from '@millrace/local-stack';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import type { Environment } from '@millrace/shared/contracts/environment';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { z } from 'zod';
import { exitCodes } from '../conduct/failure.ts';
import type { Conduct } from '../config.ts';

/** Where a fleet is, and by which settings it works: what every verb that asks it needs. */
export interface Fleet {
  readonly environment: Environment & { readonly DATABASE_URL: string };
  readonly settings: Settings;
}

const remembered = z.object({
  topicPrefix: z.string(),
  databaseUrl: z.string(),
  configFile: z.string().optional(),
  /** Hash of what the services were started with. */
  startedWith: z.string().optional(),
});
type Remembered = z.infer<typeof remembered>;

const fileOf = (stateFolder: string): string => path.join(stateFolder, 'fleet.json');

/** Writes down what `up` has started, so that other commands find it. */
export function rememberFleet(stateFolder: string, fleet: Remembered): void {
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(fileOf(stateFolder), `${JSON.stringify(fleet)}\n`);
}

/**
 * The fleet to talk to: that of KAFKA_BROKERS and DATABASE_URL, else the one that `up` has started here.
 * @throws UserError exit 3 when there is none, exit 2 when the environment or the settings cannot be used
 */
export async function findFleet(conduct: Conduct): Promise<Fleet> {
  const status = await stackStatus({ state: conduct.stateFolder });
  const known = recall(conduct.stateFolder);
  const given = conduct.variables;
  const brokers = given['KAFKA_BROKERS'] || status.kafkaBrokers;
  const database =
    given['DATABASE_URL'] || (status.databaseUrl && (known?.databaseUrl ?? status.databaseUrl));
  if (!(brokers && (database || given['DATABASE_URL_FILE']))) {
    throw new UserError(
      'MILLRACE_RESOURCE_NO_FLEET',
      'no fleet runs here: start one with millrace up, or set KAFKA_BROKERS and DATABASE_URL',
      { exitCode: exitCodes.unreachable },
    );
  }
  const environment = readEnvironment({
    ...given,
    KAFKA_BROKERS: brokers,
    ...(database && { DATABASE_URL: database }),
    KAFKA_TOPIC_PREFIX: given['KAFKA_TOPIC_PREFIX'] ?? known?.topicPrefix ?? '',
    MILLRACE_CONFIG: given['MILLRACE_CONFIG'] || known?.configFile,
  });
  const settings = readSettings(environment.MILLRACE_CONFIG);
  return {
    environment: { ...environment, DATABASE_URL: environment.DATABASE_URL ?? '' },
    settings,
  };
}

/** What `up` wrote down last; null: nothing, or nothing that can be read. */
export function recall(stateFolder: string): Remembered | null {
  try {
    return remembered.parse(JSON.parse(readFileSync(fileOf(stateFolder), 'utf8')));
  } catch {
    return null;
  }
}
