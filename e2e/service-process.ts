import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readEnvironment } from '@millrace/shared/adapters/files/environment';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { ensureTopics } from '@millrace/shared/adapters/kafka/topics';
import { migrate } from '@millrace/shared/adapters/postgres/migrate';
import { silentLogger } from '@millrace/shared/testing/silent';
import { waitUntil } from '../infra/local/src/wait.ts';
import { type ServiceName, services } from '../packages/cli/src/fleet/services.ts';
import { assetVariables, trainerAssets } from '../packages/cli/src/fleet/trainer-assets.ts';
import type { Place } from './millrace.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From the signal that terminate() sent; 0 when it ended by itself. */
  readonly seconds: number;
}

/** A service of a fleet as a child of the test, so that its exit code is seen. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the first line, said already or to come, that holds the text; rejects when it ends before. */
  line(holding: string): Promise<string>;
  /** Body at its health port; null when it does not answer with 200. */
  get(at: '/live' | '/ready' | '/metrics'): Promise<string | null>;
  untilReady(): Promise<void>;
  /** SIGTERM, as whoever runs it would send it. */
  terminate(): Promise<Ending>;
  readonly ended: Promise<Ending>;
}

/** Variables of a running service, as `up` gave them: addresses, settings, model folders. */
export function environmentOf(fleet: Place, service: ServiceName): NodeJS.ProcessEnv {
  const text = readFileSync(`/proc/${fleet.pidOf(service) ?? 0}/environ`, 'utf8');
  const pairs = text.split('\0').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Waits for a condition outside of this process. @throws Error naming it after `seconds`, default 60 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 60,
): Promise<void> {
  if (!(await waitUntil(condition, { timeoutMs: seconds * 1000 })))
    throw new Error(`not within ${seconds} s: ${what}`);
}

/** Whether a process is there and no zombie. */
export function runs(pid: number | undefined): boolean {
  const status = `/proc/${pid ?? 0}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}

/** Schema and topics of a fleet that `up` does not start, and the variables that its services then need. */
export async function prepared(fleet: Place): Promise<NodeJS.ProcessEnv> {
  const variables = { ...process.env, ...fleet.env };
  const settings = readSettings(variables['MILLRACE_CONFIG']);
  const env = {
    ...variables,
    ...assetVariables(await trainerAssets({ variables }, settings, () => {})),
    MILLRACE_HTTP_HOST: '127.0.0.1',
    MILLRACE_HTTP_PORT: '0',
    MILLRACE_API_PORT: '0',
  };
  const topics = ensureTopics(readEnvironment(env), { logger: silentLogger });
  await Promise.all([migrate(fleet.databaseUrl), topics]);
  return env;
}

export function startService(
  name: ServiceName,
  env: NodeJS.ProcessEnv,
  ...flags: readonly string[]
): ServiceProcess {
  const { program, args } = services.find((one) => one.name === name) ?? services[0];
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', path.resolve(import.meta.dirname, '..', program), ...args, ...flags],
    { cwd: path.resolve(import.meta.dirname, '..'), env, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let told: number | null = null;
  if (child.stderr)
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  const ended = new Promise<Ending>((resolve) => {
    child.once('close', (code, signal) => {
      const seconds = told === null ? 0 : (performance.now() - told) / 1000;
      resolve({ code, signal, seconds });
    });
  });
  const line = (holding: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((one) => one.includes(holding));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() =>
        reject(new Error(`${name} ended without saying "${holding}":\n${lines.join('\n')}`)),
      );
    });
  const get: ServiceProcess['get'] = async (at) => {
    const { port } = JSON.parse(await line('health listening'));
    const answer = await fetch(`http://127.0.0.1:${port}${at}`).catch(() => null);
    return answer?.status === 200 ? answer.text() : null;
  };
  return {
    name,
    child,
    lines,
    line,
    get,
    ended,
    untilReady: () => until(`${name} is ready`, async () => (await get('/ready')) !== null),
    terminate: () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${name} had ended by itself:\n${lines.slice(-3).join('\n')}`);
      told = performance.now();
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A figure of a service's own, summed over its labels; 0 where it has none. */
export async function figureOf(service: ServiceProcess, metric: string): Promise<number> {
  const text = (await service.get('/metrics')) ?? '';
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
