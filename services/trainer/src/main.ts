import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import { openDatabase } from '@millrace/shared/adapters/postgres/database';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { serve } from '@millrace/shared/adapters/service';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import { stopDeadlines } from '@millrace/shared/contracts/stop-deadlines';
import { createLogger } from '@millrace/shared/telemetry/logger';
import { trainerConfig } from './config.ts';
import { startRunner, startScheduler } from './programs.ts';

const [program, ...flags] = process.argv.slice(2);
if (program === 'scheduler') await serve('trainer', { process, start: startScheduler });
else if (program === 'runner') {
  await serve('trainer-runner', {
    process,
    dependencies: ['postgres'], // jobs come from there; the outbox speaks to the broker
    stopSeconds: stopDeadlines.runner,
    start: async (service) => {
      trainerConfig(process.env, service.settings); // a mistake is said here, not by each attempt
      const program = [import.meta.filename, 'attempt'] as const;
      return startRunner(service, { once: flags.includes('--once'), program });
    },
  });
} else if (program === 'attempt' && process.send !== undefined) {
  const { attemptProcess } = await import('./run/attempt-process.ts');
  const environment = readEnvironment(process.env);
  const settings = readSettings(environment.MILLRACE_CONFIG);
  const config = trainerConfig(process.env, settings);
  const url = environment.DATABASE_URL ?? settings.database.db_url ?? '';
  const database = openDatabase(url, settings.database, { max: 2, name: 'millrace attempt' });
  const logger = createLogger({ name: 'trainer-attempt', level: environment.MILLRACE_LOG_LEVEL });
  const [store, models] = [deliveryStore(database.raw), openModelStore(settings)];
  await attemptProcess({ store, models, settings, clock, logger, ...config });
  await database.close();
} else {
  process.stderr.write('usage: main.ts scheduler | main.ts runner [--once]\n');
  process.exitCode = 2;
}
