/**
 * The frame of a service process.
 *
 * States: reading settings (a mistake: one line each, exit 2) -> opening (health server first, so that "waiting for the
 * schema" can be asked) -> running -> stopping, by SIGTERM or SIGINT: not ready, parts stopped in reverse order, outbox
 * flushed, connections closed, exit 0; or by a part that failed: the same with exit 1. A stop that takes longer than
 * `stopSeconds` ends with exit 1; a second signal ends at once with 130.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Environment } from '../contracts/environment.ts';
import type { Settings } from '../contracts/settings.ts';
import { stopDeadlines } from '../contracts/stop-deadlines.ts';
import { UserError } from '../domain/errors.ts';
import { rng } from '../domain/rng.ts';
import type { Logger } from '../ports/logger.ts';
import type { ModelStore } from '../ports/model-store.ts';
import type { Tracer } from '../ports/tracer.ts';
import { createHealth, type Dependency } from '../runtime/health.ts';
import { startHealthServer } from '../runtime/health-server.ts';
import type { StageRuntime } from '../runtime/stage-runtime.ts';
import { startSweeper } from '../runtime/sweeper.ts';
import type { Running } from '../runtime/worker.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { noTracer } from '../telemetry/no-tracer.ts';
import { readEnvironment } from './files/environment.ts';
import { readSettings } from './files/settings.ts';
import { kafkaBus } from './kafka/kafka-bus.ts';
import { openModelStore } from './model-store/open-model-store.ts';
import { type Database, openDatabase } from './postgres/database.ts';
import { deliveryStore } from './postgres/delivery-store.ts';
import { waitForSchema } from './postgres/migrate.ts';
import { systemClock } from './system-clock.ts';

/** What a service's main.ts gets. */
export interface Service extends StageRuntime {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly database: Database;
  readonly models: ModelStore;
  readonly version: string;
  /** Aborted when a stop begins. */
  readonly signal: AbortSignal;
}

export interface ServeOptions {
  /** `process`, or a stand-in: signals, environment, exit. */
  readonly process: Pick<NodeJS.Process, 'env' | 'on' | 'exit' | 'stderr'>;
  /** What must be up for the service to be ready; default both. */
  readonly dependencies?: readonly Dependency[];
  /** Starts the service's parts; they are stopped in reverse order. */
  readonly start: (service: Service) => Promise<readonly Running[]>;
  /** Seconds for a whole stop; default that of a service. */
  readonly stopSeconds?: number;
}

/** Every part may finish what takes no longer than this, milliseconds. */
const leastMs = 2_000;

/** Runs a service until a signal or a failure, then ends the process. */
export async function serve(name: string, options: ServeOptions): Promise<void> {
  const { process } = options;
  let logger: Logger | null = null;
  try {
    const environment = readEnvironment(process.env);
    const settings = readSettings(environment.MILLRACE_CONFIG);
    logger = createLogger({ name, level: environment.MILLRACE_LOG_LEVEL });
    const code = await run(name, { ...options, environment, settings, logger });
    process.exit(code);
  } catch (error) {
    if (error instanceof UserError) {
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exit(error.exitCode);
    }
    (logger ?? createLogger({ name })).error('the service failed', {}, error);
    process.exit(1);
  }
}

interface RunOptions extends ServeOptions {
  readonly environment: Environment;
  readonly settings: Settings;
  readonly logger: Logger;
}

async function run(name: string, options: RunOptions): Promise<number> {
  const { environment, settings, logger, process } = options;
  const stopMs = (options.stopSeconds ?? stopDeadlines.service) * 1000;
  const version = packageVersion();
  const stopping = new AbortController();
  const ended = Promise.withResolvers<number>();
  listenForSignals(process, { logger, onSignal: () => ended.resolve(0) });

  const url = environment.DATABASE_URL ?? settings.database.db_url;
  if (url === undefined)
    throw new UserError('MILLRACE_INPUT_ENVIRONMENT', 'DATABASE_URL is not set', { exitCode: 2 });
  const metrics = createMetrics({ stage: name, version });
  const { dependencies = ['kafka', 'postgres'] } = options;
  const health = createHealth({ clock: systemClock, logger, metrics, dependencies });
  const server = await startHealthServer({
    health,
    metrics,
    logger,
    host: environment.MILLRACE_HTTP_HOST,
    port: environment.MILLRACE_HTTP_PORT,
  });
  const database = openDatabase(url, settings.database, { name: `millrace ${name}` });
  const service: Service = {
    environment,
    settings,
    database,
    models: openModelStore(settings),
    version,
    health,
    logger,
    metrics,
    bus: kafkaBus(environment, { name, logger }),
    store: deliveryStore(database.raw),
    clock: systemClock,
    random: rng(Date.now()),
    tracer: await openTracer(environment, { name, version }),
    signal: stopping.signal,
  };

  const parts: Running[] = [];
  const sweeper = await started(service, parts, { options, ended, stopping });
  const code = await ended.promise;

  logger.info('stopping', { code });
  health.stopping();
  stopping.abort();
  const late = setTimeout(() => {
    logger.error('the stop took too long', { limit_ms: stopMs });
    process.exit(1);
  }, stopMs);
  // one after the other in the time of one: what a slow part took is not there for the next
  const partsEnd = systemClock.now() + stopMs * 0.6;
  for (const part of parts.reverse())
    await part.stop(Math.max(leastMs, partsEnd - systemClock.now()));
  await sweeper?.stop();
  await sweeper?.flush();
  await service.bus.close();
  await database.close();
  await service.tracer.close();
  await server.close();
  clearTimeout(late);
  logger.info('stopped', { code });
  return code;
}

interface Start {
  readonly options: RunOptions;
  readonly ended: PromiseWithResolvers<number>;
  readonly stopping: AbortController;
}

/** Waits for the schema, then starts the sweeper and the parts; a signal meanwhile ends the wait. */
async function started(service: Service, parts: Running[], { options, ended, stopping }: Start) {
  const { logger, clock, database } = service;
  void ended.promise.then(() => stopping.abort());
  await waitForSchema(database.raw, { clock, logger, signal: stopping.signal });
  if (stopping.signal.aborted) return null;
  service.health.up('postgres');
  const sweeper = startSweeper(service, { clock, logger });
  parts.push(...(await options.start(service)));
  for (const part of parts) {
    void part.failed.then(() => ended.resolve(1));
    void part.finished?.then(() => ended.resolve(0));
  }
  logger.info('started', { version: service.version });
  return sweeper;
}

interface SignalOptions {
  readonly logger: Logger;
  readonly onSignal: () => void;
}

function listenForSignals(
  process: ServeOptions['process'],
  { logger, onSignal }: SignalOptions,
): void {
  let seen = false;
  const stop = (): void => {
    if (seen) process.exit(130);
    seen = true;
    onSignal();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error: unknown) => {
      logger.error('an error escaped', { event }, error);
      process.exit(1);
    });
}

async function openTracer(
  environment: Environment,
  { name, version }: { name: string; version: string },
): Promise<Tracer> {
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return noTracer;
  const { createTracer } = await import('../telemetry/tracing.ts'); // 0.2 s, only for those who want it
  return createTracer({ service: `millrace-${name}`, version, endpoint });
}

/** The product's version: that of the workspace, else of this package. */
function packageVersion(): string {
  const schema = z.object({ version: z.string() });
  for (const file of ['../../../../package.json', '../../package.json'])
    try {
      return schema.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')))
        .version;
    } catch {
      // an image may lack the workspace's file
    }
  return '0.0.0';
}
