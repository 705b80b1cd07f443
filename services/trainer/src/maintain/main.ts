/** `millrace maintain` as a program of the trainer's image, for a CronJob: it needs database and model store, and no broker. */
import { readDatabaseEnvironment } from '@millrace/shared/adapters/files/environment';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { waitForSchema } from '@millrace/shared/adapters/postgres/migrate';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import { createLogger } from '@millrace/shared/telemetry/logger';
import { maintain } from './maintain.ts';
import { maintainedFields } from './maintained-fields.ts';

try {
  const environment = readDatabaseEnvironment(process.env);
  const settings = readSettings(environment.MILLRACE_CONFIG);
  const url = environment.DATABASE_URL ?? settings.database.db_url;
  if (url === undefined)
    throw new UserError('MILLRACE_INPUT_ENVIRONMENT', 'DATABASE_URL is not set', { exitCode: 2 });
  const logger = createLogger({ name: 'maintain', level: environment.MILLRACE_LOG_LEVEL });
  const sql = connect(url, { name: 'millrace maintain' });
  try {
    await waitForSchema(sql, { clock, logger, signal: new AbortController().signal });
    const done = await maintain({ sql, models: openModelStore(settings), settings, dryRun: false });
    logger.info('maintained', maintainedFields(done));
    if (done.left instanceof TransientError) throw done.left;
  } finally {
    await sql.end({ timeout: 5 });
  }
} catch (thrown) {
  const error = translateDatabaseError(thrown);
  if (!(error instanceof UserError) && !(error instanceof TransientError)) throw error;
  process.stderr.write(`maintain: ${error.message}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 3;
}
