import { randomUUID } from 'node:crypto';
import { readEnvironment } from '../adapters/files/environment.ts';
import { kafkaBus } from '../adapters/kafka/kafka-bus.ts';
import { ensureTopics } from '../adapters/kafka/topics.ts';
import { openDatabase } from '../adapters/postgres/database.ts';
import { deliveryStore } from '../adapters/postgres/delivery-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { settingsSchema } from '../contracts/settings.ts';
import type { Topic } from '../contracts/topics.ts';
import { rng } from '../domain/rng.ts';
import type { Sql } from '../ports/database.ts';
import type { Logger } from '../ports/logger.ts';
import { createHealth } from '../runtime/health.ts';
import type { StageRuntime } from '../runtime/stage-runtime.ts';
import { noTracer } from '../telemetry/no-tracer.ts';
import { testDatabase } from './database.ts';
import { silentLogger, testMetrics } from './silent.ts';

/** What one stage runs on in a test: the real broker with topics of its own, a real database of its own. */
export interface StageWorld {
  readonly runtime: StageRuntime;
  readonly sql: Sql;
  /** Of its topics, and where its database is: for a process of its own. */
  readonly prefix: string;
  readonly url: string;
  close(): Promise<void>;
}

export interface StageWorldOptions {
  /** Of each topic, default 1: an event published later is handled later. */
  readonly partitions?: number;
  readonly logger?: Logger;
}

/** About 1 s. */
export async function stageWorld(
  topics: readonly Topic[],
  { partitions = 1, logger = silentLogger }: StageWorldOptions = {},
): Promise<StageWorld> {
  const given = readEnvironment(process.env);
  const environment = { ...given, KAFKA_TOPIC_PREFIX: `t${randomUUID().slice(0, 8)}-` };
  const cut = topics.map((topic) => ({ ...topic, partitions }));
  await ensureTopics(environment, { logger, topics: cut });
  const own = await testDatabase();
  const { database: limits } = settingsSchema.parse({});
  const database = openDatabase(own.url, limits, { max: 4, name: 'test' });
  const metrics = testMetrics();
  const bus = kafkaBus(environment, { name: 'test', logger });
  return {
    sql: database.raw,
    prefix: environment.KAFKA_TOPIC_PREFIX,
    url: own.url,
    runtime: {
      bus,
      store: deliveryStore(database.raw),
      clock: systemClock,
      random: rng(1),
      logger,
      metrics,
      tracer: noTracer,
      health: createHealth({
        clock: systemClock,
        logger,
        metrics,
        dependencies: ['kafka', 'postgres'],
      }),
    },
    close: async () => {
      await bus.close();
      await database.close();
      await own.drop();
    },
  };
}
