import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached, provide, sayOnStderr } from '../assets/provide.ts';
import { environmentWith, readStackSettings } from '../config.ts';
import { findProgram } from '../java.ts';
import { logTail } from '../log-tail.ts';
import { choosePort } from '../port.ts';
import { isDatabaseReady } from '../postgres-probe.ts';
import { serverAccount } from '../server-account.ts';
import { waitUntil } from '../wait.ts';

const folderName = 'pgbouncer';
const startTimeoutMs = 20_000;
const stopTimeoutMs = 5_000;

/** An executable, and where its libraries are when the system has none. */
interface Program {
  readonly file: string;
  readonly libraries?: string;
}

/** A PgBouncer in transaction mode on a port of this machine, before the server of a URL. */
export interface PgBouncer {
  /** The same address with its port and `?pgbouncer=true`; every database of the server can be reached so. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface PgBouncerOptions {
  /** Connections to the server, of one database and user. */
  readonly poolSize?: number;
}

/**
 * PgBouncer: on the PATH, or Debian's package, unpacked in the cache and not installed (0.3 MB, 1 s).
 * @returns a sentence where it cannot be had
 */
export async function findPgBouncer(): Promise<Program | string> {
  const { searchPath, offline } = readStackSettings();
  const own = findProgram('pgbouncer', searchPath);
  if (own !== undefined) return { file: own };
  const aptGet = findProgram('apt-get', searchPath);
  if (!cached(folderName) && (offline || aptGet === undefined))
    return `PgBouncer is not on the PATH, and ${offline ? 'MILLRACE_OFFLINE is set' : 'there is no apt-get to fetch it'}`;
  try {
    return programIn(await provide(folderName, sayOnStderr, fetchPackages));
  } catch (error) {
    return `PgBouncer is not on the PATH, and ${error instanceof Error ? error.message : String(error)}`;
  }
}

function programIn(folder: string): Program {
  const libraries = readdirSync(path.join(folder, 'usr/lib')).find((name) => name.includes('-'));
  return {
    file: path.join(folder, 'usr/sbin/pgbouncer'),
    libraries: path.join(folder, 'usr/lib', libraries ?? ''),
  };
}

/** With the two libraries that a system may lack; their packages are named otherwise in each release. */
async function fetchPackages(into: string): Promise<void> {
  const depends = run('apt-cache', ['depends', 'pgbouncer'], into);
  const libraries = depends.match(/(?<=Depends: )lib(c-ares|cares|event)\S*/g) ?? [];
  run('apt-get', ['download', 'pgbouncer', ...libraries], into);
  for (const file of readdirSync(into).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['-x', file, '.'], into);
    rmSync(path.join(into, file));
  }
}

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${program} ${args[0]}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  return stdout;
}

/**
 * Starts one; about 0.1 s.
 * @param program what findPgBouncer found
 * @param server URL of a database, with user and password
 */
export async function startPgBouncer(
  program: Program,
  server: string,
  { poolSize = 20 }: PgBouncerOptions = {},
): Promise<PgBouncer> {
  const { hostname, port: serverPort, username, password } = new URL(server);
  const port = await choosePort({ variable: 'PGBOUNCER', fixed: undefined, last: undefined });
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-pgbouncer-'));
  const account = serverAccount();
  const file = path.join(folder, 'pgbouncer.ini');
  const users = path.join(folder, 'users');
  const log = path.join(folder, 'pgbouncer.log');
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    pool_mode: 'transaction',
    default_pool_size: poolSize,
    max_client_conn: 1000,
    auth_type: 'scram-sha-256',
    auth_file: users,
    logfile: log,
    // it refuses to be root
    ...(account && { user: 'nobody' }),
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const databases = ['[databases]', `* = host=${hostname} port=${serverPort}`];
  writeFileSync(file, [...databases, '[pgbouncer]', ...lines, ''].join('\n'));
  writeFileSync(users, `"${username}" "${decodeURIComponent(password)}"\n`, { mode: 0o600 });
  if (account)
    for (const owned of [folder, file, users]) chownSync(owned, account.uid, account.gid);
  const child = spawn(program.file, [file], {
    cwd: '/',
    stdio: 'ignore',
    env: environmentWith(program.libraries ? { LD_LIBRARY_PATH: program.libraries } : {}),
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const options = { timeoutMs: startTimeoutMs };
  const ready = await waitUntil(() => hasEnded(child) || isDatabaseReady(port, username), options);
  if (!ready || hasEnded(child)) {
    const said = logTail(log);
    await stop();
    throw new Error(`PgBouncer does not start${said}`);
  }
  const url = new URL(server);
  url.port = `${port}`;
  url.searchParams.set('pgbouncer', 'true');
  return { url: url.href, stop };
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** SIGINT waits for transactions, SIGTERM does not. */
async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  if (await waitUntil(() => hasEnded(child), { timeoutMs: stopTimeoutMs })) return;
  child.kill('SIGKILL');
  await waitUntil(() => hasEnded(child), { timeoutMs: stopTimeoutMs });
}
