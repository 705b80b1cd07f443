import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  isRunning,
  logTail,
  type ProcessRecord,
  readRecord,
  startDaemon,
  writeRecord,
} from '@millrace/local-stack/processes';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import { loggedPort } from './log-port.ts';
import { askReady } from './readiness.ts';
import { filesOf, type ServiceName, services } from './services.ts';

export interface StartServicesOptions {
  /** Folder of the installation. */
  readonly root: string;
  readonly stateFolder: string;
  /** Whole environment of every service: addresses, settings file, model folders. */
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  /** Milliseconds until each must be ready, default 60 000. */
  readonly timeoutMs?: number;
}

export interface StartedServices {
  /**
   * Resolves when all are ready.
   * Rejects with UserError (exit 3) naming the service, what it waits for, and the end of its log.
   */
  readonly ready: Promise<void>;
}

/** Names of the services that run. */
export function runningServices(stateFolder: string): readonly ServiceName[] {
  return services.map(({ name }) => name).filter((name) => runs(stateFolder, name));
}

function runs(stateFolder: string, name: ServiceName): boolean {
  const record = readRecord(filesOf(stateFolder, name).record);
  return record !== undefined && isRunning(record);
}

/** Starts each service in the background that does not run yet. */
export async function startServices(options: StartServicesOptions): Promise<StartedServices> {
  mkdirSync(path.dirname(filesOf(options.stateFolder, 'x').record), { recursive: true });
  mkdirSync(path.dirname(filesOf(options.stateFolder, 'x').log), { recursive: true });
  const before = runningServices(options.stateFolder);
  const missing = services.map(({ name }) => name).filter((name) => !before.includes(name));
  const started = await Promise.all(
    services.map(async ({ name, program, args }) => {
      const files = filesOf(options.stateFolder, name);
      const before = readRecord(files.record);
      if (before && isRunning(before)) return { name, record: before };
      const record = await startDaemon({
        program: process.execPath,
        args: ['--enable-source-maps', program, ...args],
        cwd: options.root,
        env: options.env,
        output: files.log,
        port: 0,
        recordFile: files.record,
      });
      return { name, record };
    }),
  );
  options.say(missing.length > 0 ? `starting ${missing.join(', ')}` : 'every service runs already');
  const all = Promise.all(started.map((service) => waitUntilReady(service, options)));
  const ready = all.then(() => {});
  ready.catch(() => {}); // whoever waits gets it; until then it must not end the process
  return { ready };
}

interface Started {
  readonly name: ServiceName;
  readonly record: ProcessRecord;
}

async function waitUntilReady({ name, record }: Started, options: StartServicesOptions) {
  const { stateFolder, signal, timeoutMs = 60_000 } = options;
  const files = filesOf(stateFolder, name);
  const end = performance.now() + timeoutMs;
  let reasons: readonly string[] = ['it has not said its health port yet'];
  let sayAt = performance.now() + 10_000; // most are ready before; then nobody should wonder
  while (performance.now() < end) {
    signal.throwIfAborted();
    if (!isRunning(record)) throw notReady(name, 'ended at once', files.log);
    const port = record.port || loggedPort(files.log, 'health listening');
    if (port) {
      if (record.port === 0) writeRecord(files.record, { ...record, port });
      const readiness = await askReady(port, signal);
      if (readiness.ready) return;
      reasons = readiness.reasons;
    }
    if (performance.now() >= sayAt) {
      options.say(`${name} is not ready yet: ${reasons.join(', ')}; its log: ${files.log}`);
      sayAt += 20_000;
    }
    await delay(100, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  const waited = `is not ready after ${Math.round(timeoutMs / 1000)} s: ${reasons.join(', ')}`;
  throw notReady(name, waited, files.log);
}

function notReady(name: string, what: string, log: string): UserError {
  return new UserError('MILLRACE_RESOURCE_SERVICE', `${name} ${what}${logTail(log)}`, {
    exitCode: exitCodes.unreachable,
  });
}
