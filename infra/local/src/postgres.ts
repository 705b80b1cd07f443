import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackSettings } from './config.ts';
import { createDatabase } from './create-database.ts';
import { startDaemon, stopDaemon } from './daemon.ts';
import { logTail, tailOf } from './log-tail.ts';
import { type OwnProcess, ownProcess } from './own-process.ts';
import { choosePort } from './port.ts';
import { ensurePostgresBinaries } from './postgres-binaries.ts';
import { isDatabaseReady } from './postgres-probe.ts';
import { isRunning, type ProcessRecord, removeRecord, startTicksOf } from './process-record.ts';
import { run } from './run-program.ts';
import { readSavedPorts, savePorts } from './saved-ports.ts';
import { type Account, knownFolder, makeFolderFor, serverAccount } from './server-account.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

const USER = 'millrace';
const DATABASE = 'millrace';
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const ADOPT_TIMEOUT_MS = 5000;

/** Where one state folder's server keeps its things. */
interface Places {
  readonly account: Account | undefined;
  readonly folder: string;
  readonly data: string;
  readonly record: string;
  readonly log: string;
  readonly password: string;
}

/** What is left of an earlier start, or runs now. */
export function findPostgres(state: string): OwnProcess | undefined {
  const places = placesOf(state);
  const found = ownProcess(places.record, places.data);
  return found && { ...found, port: found.port || (readSavedPorts(state).postgres ?? 0) };
}

/** URL of the database of a server that runs, for whoever may read the state folder. */
export function urlOf(state: string, port: number): string {
  const password = readFileSync(placesOf(state).password, 'utf8').trim();
  return databaseUrl(password, port, DATABASE);
}

export function isPostgresReady(port: number): Promise<boolean> {
  return isDatabaseReady(port, USER);
}

/** URL of a server that is there and takes connections within 5 s; a sick one is ended. The wrong fixed port counts as sick. */
export async function adoptPostgres(
  settings: StackSettings,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const found = findPostgres(settings.state);
  if (found === undefined) return undefined;
  const wanted = settings.postgresPort ?? found.port;
  const healthy =
    found.port === wanted &&
    (await waitUntil(() => isDatabaseReady(found.port, USER), {
      timeoutMs: ADOPT_TIMEOUT_MS,
      signal,
    }));
  if (healthy) return urlOf(settings.state, found.port);
  await stopDaemon(found, found.port === wanted ? 'SIGKILL' : 'SIGINT', STOP_TIMEOUT_MS);
  return undefined;
}

/**
 * Starts a server and waits until it takes connections. Call it when adoptPostgres found none.
 * @throws StackError with the last lines of its log
 */
export async function startPostgres(
  settings: StackSettings,
  signal?: AbortSignal,
): Promise<string> {
  makeFolderFor(serverAccount(), path.join(settings.state, 'postgres'));
  const places = placesOf(settings.state);
  const binaries = await ensurePostgresBinaries(places.folder);
  await initialiseOnce(binaries, places, signal);
  const port = await choosePort({
    variable: 'MILLRACE_POSTGRES_PORT',
    fixed: settings.postgresPort,
    last: readSavedPorts(settings.state).postgres,
  });
  savePorts(settings.state, { postgres: port });
  await clearStaleLock(places.data);
  const daemon = await launch(binaries, places, port, signal);
  try {
    const maintenance = databaseUrl(readFileSync(places.password, 'utf8'), port, 'postgres');
    return await createDatabase(maintenance, DATABASE);
  } catch (error) {
    await abandon(daemon, places);
    throw error;
  }
}

/** Ends the server of a state folder: open transactions are rolled back. Nothing happens when there is none. */
export async function stopPostgres(settings: StackSettings): Promise<void> {
  const found = findPostgres(settings.state);
  if (found !== undefined) await stopDaemon(found, 'SIGINT', STOP_TIMEOUT_MS);
  removeRecord(placesOf(settings.state).record);
}

function placesOf(state: string): Places {
  const account = serverAccount();
  const folder = knownFolder(path.join(state, 'postgres'));
  return {
    account,
    folder,
    data: path.join(folder, 'data'),
    record: path.join(folder, 'process.json'),
    log: path.join(folder, 'postgres.log'),
    password: path.join(folder, 'password'),
  };
}

function databaseUrl(password: string, port: number, database: string): string {
  return `postgres://${USER}:${password.trim()}@127.0.0.1:${port}/${database}`;
}

function settingArguments(): string[] {
  return Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** One start, and more while the processes of a killed server let go of its memory. */
async function launch(
  binaries: string,
  places: Places,
  port: number,
  signal: AbortSignal | undefined,
): Promise<ProcessRecord> {
  for (let attempt = 1; ; attempt += 1) {
    if (existsSync(places.log)) renameSync(places.log, path.join(places.folder, 'previous.log'));
    const daemon = await startDaemon({
      program: path.join(binaries, 'bin', 'postgres'),
      args: ['-D', places.data, '-p', `${port}`, ...settingArguments()],
      cwd: '/',
      output: places.log,
      user: places.account,
      port,
      recordFile: places.record,
    });
    const options = { timeoutMs: START_TIMEOUT_MS, signal };
    let ready = false;
    try {
      ready = await waitUntil(() => !isRunning(daemon) || isDatabaseReady(port, USER), options);
    } finally {
      if (!ready) await abandon(daemon, places);
    }
    if (ready && isRunning(daemon)) return daemon;
    if (attempt === 5 || !/shared memory block .* still in use/.test(logTail(places.log))) {
      const what = ready ? 'did not start' : `takes no connections after ${START_TIMEOUT_MS} ms`;
      throw new StackError(`Postgres ${what}${logTail(places.log)}`);
    }
    await delay(300);
  }
}

async function abandon(daemon: ProcessRecord, places: Places): Promise<void> {
  await stopDaemon(daemon, 'SIGINT', STOP_TIMEOUT_MS);
  removeRecord(places.record);
}

/** A new cluster is made beside its place and renamed, so that a killed first start leaves nothing half made. */
async function initialiseOnce(
  binaries: string,
  places: Places,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (existsSync(path.join(places.data, 'PG_VERSION'))) return;
  const fresh = `${places.data}.new`;
  const passwordForServer = `${places.password}.server`;
  for (const leftover of [places.data, fresh]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const password = randomBytes(18).toString('hex');
  for (const file of [places.password, passwordForServer]) {
    rmSync(file, { force: true });
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
  }
  if (places.account) {
    for (const owned of [fresh, passwordForServer]) {
      chownSync(owned, places.account.uid, places.account.gid);
    }
  }
  const { code, output } = await run(
    path.join(binaries, 'bin', 'initdb'),
    [
      ...['-D', fresh, '-U', USER, `--pwfile=${passwordForServer}`, '-A', 'scram-sha-256'],
      ...['-E', 'UTF8', '--locale=C', '--no-sync'],
    ],
    { user: places.account, cwd: '/', signal },
  ).finally(() => rmSync(passwordForServer));
  if (code !== 0) {
    const why = tailOf(output, 3).join(' | ');
    const nameless = why.includes('look up effective user ID');
    const cure = nameless ? '. Run as a user that /etc/passwd names, or set DATABASE_URL' : '';
    throw new StackError(`Postgres could not make its database folder: ${why}${cure}`);
  }
  renameSync(fresh, places.data);
}

/**
 * After kill -9 postmaster.pid stays. Postgres judges it by the pid alone and refuses when that pid is a zombie that nobody has reaped, or was given to another process of the same user.
 * No server of this folder lives here (adoptPostgres looked), so the file is stale.
 */
async function clearStaleLock(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  await waitUntil(() => startTicksOf(pid) === undefined, { timeoutMs: 1000 });
  rmSync(file, { force: true });
}
