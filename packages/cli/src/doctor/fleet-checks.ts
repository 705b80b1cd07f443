import { stackStatus } from '@millrace/local-stack';
import { compareTopics } from '@millrace/shared/adapters/kafka/topics';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { schemaVersion } from '@millrace/shared/adapters/postgres/migrate';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import { topics } from '@millrace/shared/contracts/topics';
import type { Sql } from '@millrace/shared/ports/database';
import { quietLogger } from '../conduct/quiet-logger.ts';
import type { Conduct } from '../config.ts';
import { type Fleet, findFleet } from '../fleet/addresses.ts';
import { services } from '../fleet/services.ts';
import { type Diagnosis, failed, ok, warning } from './check.ts';
import { connectionCheck } from './connection-check.ts';
import { type DeadlineFacts, deadlineCheck } from './deadline-check.ts';
import { modelStoreCheck } from './model-store-check.ts';
import { augmentationChecks } from './settings-checks.ts';

/**
 * Broker, topics with their settings, database, schema, connections, model store and augmentation's models of the fleet that commands would talk to.
 * @param pods processes that share the database; default those of one machine
 */
export async function fleetChecks(
  conduct: Conduct,
  pods: number = services.length,
): Promise<Diagnosis[]> {
  const given = conduct.variables['KAFKA_BROKERS'] || conduct.variables['DATABASE_URL'];
  const local = await stackStatus({ state: conduct.stateFolder });
  if (!(given || local.broker || local.database)) {
    return [warning('fleet', 'none runs here: millrace up starts one')];
  }
  let fleet: Fleet;
  try {
    fleet = await findFleet(conduct);
  } catch (error) {
    return [failed('fleet', wholeOf(error))];
  }
  const [broker, database, models] = await Promise.all([
    brokerChecks(fleet, conduct),
    databaseChecks(fleet, pods),
    modelStoreCheck(fleet.settings),
  ]);
  const forCopies = augmentationChecks(fleet.settings, conduct.variables);
  return [...broker, ...database, models, ...forCopies];
}

async function brokerChecks({ environment }: Fleet, conduct: Conduct): Promise<Diagnosis[]> {
  try {
    const { missing, mismatches } = await compareTopics(environment, {
      logger: quietLogger(conduct),
    });
    return [
      ok('broker', environment.KAFKA_BROKERS.join(', ')),
      missing.length === 0
        ? ok('topics', `${Object.keys(topics).length} there`)
        : failed('topics', `missing: ${missing.join(', ')}; millrace up creates them`),
      mismatches.length === 0
        ? ok('topic settings', 'as they should be')
        : warning('topic settings', mismatches.join('; ')),
    ];
  } catch (error) {
    return [failed('broker', messageOf(error))];
  }
}

async function databaseChecks(
  { environment, settings }: Fleet,
  pods: number,
): Promise<Diagnosis[]> {
  const url = new URL(environment.DATABASE_URL);
  const where = `${url.host}${url.pathname}`;
  const sql = connect(environment.DATABASE_URL, { name: 'millrace doctor', statementMs: 5000 });
  try {
    const { has, needs } = await schemaVersion(sql);
    const says = `${has} of ${needs} migrations`;
    const pooled = url.searchParams.get('pgbouncer') === 'true';
    const { db_pool_size: pool, db_max_overflow: overflow } = settings.database;
    return [
      ok('database', where),
      has === needs
        ? ok('schema', says)
        : failed(
            'schema',
            has < needs ? `${says}: millrace up applies them` : `${says}: update Millrace`,
          ),
      connectionCheck({ pods, each: pool + overflow + 2, pooled, ...(await connections(sql)) }),
      ...(pooled ? [deadlineCheck(await roleDeadlines(sql))] : []),
    ];
  } catch (error) {
    return [failed('database', `${where}: ${messageOf(translateDatabaseError(error))}`)];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function connections(sql: Sql): Promise<{ readonly limit: number; readonly others: number }> {
  const [row] = await sql<{ limit: number; others: number }[]>`
    select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true), '0')::int as limit,
      (select count(*)::int from pg_stat_activity
        where backend_type = 'client backend' and application_name not like 'millrace%') as others`;
  return row ?? { limit: 0, others: 0 };
}

async function roleDeadlines(sql: Sql): Promise<DeadlineFacts> {
  const [row] = await sql<DeadlineFacts[]>`
    select s.setting::int as "statementMs", t.setting::int as "idleInTransactionMs" from pg_settings s, pg_settings t
    where s.name = 'statement_timeout' and t.name = 'idle_in_transaction_session_timeout'`;
  return row ?? { statementMs: 0, idleInTransactionMs: 0 };
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);

/** All lines as one: a settings file may have several faults. */
const wholeOf = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n').join(' ') : String(error);
