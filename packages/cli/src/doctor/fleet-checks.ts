import { stackStatus } from '@millrace/local-stack';
import { kafkaBus } from '@millrace/shared/adapters/kafka/kafka-bus';
import { connect } from '@millrace/shared/adapters/postgres/database';
import { schemaVersion } from '@millrace/shared/adapters/postgres/migrate';
import { translateDatabaseError } from '@millrace/shared/adapters/postgres/translate';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { quietLogger } from '../conduct/quiet-logger.ts';
import type { Conduct } from '../config.ts';
import { type Fleet, findFleet } from '../fleet/addresses.ts';
import { type Diagnosis, failed, ok, warning } from './check.ts';

/** Broker, topics, database and schema of the fleet that commands would talk to. */
export async function fleetChecks(conduct: Conduct): Promise<Diagnosis[]> {
  const given = conduct.variables['KAFKA_BROKERS'] || conduct.variables['DATABASE_URL'];
  const { broker, database } = await stackStatus({ state: conduct.stateFolder });
  if (!(given || broker || database)) {
    return [warning('fleet', 'none runs here: millrace up starts one')];
  }
  let fleet: Fleet;
  try {
    fleet = await findFleet(conduct);
  } catch (error) {
    return [failed('fleet', messageOf(error))];
  }
  return (await Promise.all([brokerChecks(fleet, conduct), databaseChecks(fleet)])).flat();
}

async function brokerChecks({ environment }: Fleet, conduct: Conduct): Promise<Diagnosis[]> {
  const bus = kafkaBus(environment, { name: 'doctor', logger: quietLogger(conduct), retries: 1 });
  const where = environment.KAFKA_BROKERS.join(', ');
  try {
    const missing: string[] = [];
    for (const topic of Object.values(topics)) {
      const known = await bus.offsets(groupOfStage('ingestor'), topic.name).catch(() => []);
      if (known.length === 0) missing.push(topic.name);
    }
    if (missing.length === Object.keys(topics).length) {
      return [failed('broker', `${where} does not answer, or has none of the topics: millrace up`)];
    }
    return [
      ok('broker', where),
      missing.length === 0
        ? ok('topics', `${Object.keys(topics).length} there`)
        : failed('topics', `missing: ${missing.join(', ')}; millrace up creates them`),
    ];
  } finally {
    await bus.close();
  }
}

async function databaseChecks({ environment }: Fleet): Promise<Diagnosis[]> {
  const url = new URL(environment.DATABASE_URL);
  const where = `${url.host}${url.pathname}`;
  const sql = connect(environment.DATABASE_URL, { name: 'millrace doctor', statementMs: 5000 });
  try {
    const { has, needs } = await schemaVersion(sql);
    const says = `${has} of ${needs} migrations`;
    return [
      ok('database', where),
      has === needs
        ? ok('schema', says)
        : failed(
            'schema',
            has < needs ? `${says}: millrace up applies them` : `${says}: update Millrace`,
          ),
    ];
  } catch (error) {
    return [failed('database', `${where}: ${messageOf(translateDatabaseError(error))}`)];
  } finally {
    await sql.end({ timeout: 2 });
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
