import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { schemaVersion } from '@millrace/shared/adapters/postgres/migrate';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import { UserError } from '@millrace/shared/domain/errors';
import type { Sql } from '@millrace/shared/ports/database';
import type { MessageBus } from '@millrace/shared/ports/message-bus';
import { quietLogger } from '../conduct/quiet-logger.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { type Fleet, findFleet } from './addresses.ts';

/** Broker and database of a fleet, open for one command. */
export interface OpenFleet extends Fleet {
  readonly sql: Sql;
  readonly bus: MessageBus;
}

/** Opens the fleet for a piece of work and closes it after, whatever happens. The schema is checked first. */
export async function withFleet<T>(
  terminal: Terminal,
  work: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  return await withFleetAt(await findFleet(terminal.conduct), terminal, work);
}

export async function withFleetAt<T>(
  fleet: Fleet,
  terminal: Pick<Terminal, 'conduct'>,
  work: (fleet: OpenFleet) => Promise<T>,
): Promise<T> {
  const sql = connect(fleet.environment.DATABASE_URL, { max: 4, name: 'millrace cli' });
  const logger = quietLogger(terminal.conduct);
  const bus = kafkaBus(fleet.environment, { name: 'cli', logger, retries: 3 });
  try {
    await checkSchema(sql);
    return await work({ ...fleet, sql, bus });
  } finally {
    await Promise.all([bus.close(), sql.end({ timeout: 5 })]);
  }
}

async function checkSchema(sql: Sql): Promise<void> {
  const { has, needs } = await schemaVersion(sql).catch((error: unknown) => {
    throw translateDatabaseError(error);
  });
  if (has < needs) {
    throw new UserError(
      'MILLRACE_RESOURCE_SCHEMA',
      `the database has ${has} of ${needs} migrations: run millrace up, which brings it up to date`,
      { exitCode: 3 },
    );
  }
  if (has > needs) {
    throw new UserError(
      'MILLRACE_RESOURCE_SCHEMA',
      `the schema is newer (${has}) than this build (${needs}): update Millrace or restore a backup`,
    );
  }
}
