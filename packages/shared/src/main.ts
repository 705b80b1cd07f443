/** Prepares a deployment, once, before its services start: the schema, then the topics. Safe to repeat. */
import { readEnvironment } from './adapters/files/environment.ts';
import { readSettings } from './adapters/files/settings.ts';
import { ensureTopics } from './adapters/kafka/topics.ts';
import { migrate } from './adapters/postgres/migrate.ts';
import { TransientError, UserError } from './domain/errors.ts';
import { createLogger } from './telemetry/logger.ts';

try {
  const environment = readEnvironment(process.env);
  const logger = createLogger({ name: 'prepare', level: environment.MILLRACE_LOG_LEVEL });
  const url = environment.DATABASE_URL ?? readSettings(environment.MILLRACE_CONFIG).database.db_url;
  if (url === undefined)
    throw new UserError('MILLRACE_INPUT_ENVIRONMENT', 'DATABASE_URL is not set', { exitCode: 2 });
  logger.info('schema is up to date', { applied: (await migrate(url)).length });
  const { created, raised, mismatches } = await ensureTopics(environment, { logger });
  logger.info('topics are there', { created: created.length, raised: raised.length });
  for (const difference of mismatches) logger.warning('a topic differs', { difference });
} catch (error) {
  if (!(error instanceof UserError) && !(error instanceof TransientError)) throw error;
  process.stderr.write(`prepare: ${error.message}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 3;
}
