import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import net from 'node:net';
import { allPids } from './process-record.ts';
import { StackError } from './stack-error.ts';

/** A fixed port from the environment, or undefined when the variable is unset or empty. */
export function parsePort(variable: string, value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new StackError(`${variable} must be a port from 1 to 65535, not ${JSON.stringify(value)}`, {
    exitCode: 2,
  });
}

/** What hinders this machine from listening on a port of 127.0.0.1; undefined when nothing does. */
function portObstacle(port: number): Promise<string | undefined> {
  const server = net.createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
}

export interface PortWish {
  /** Variable that fixes the port, named in the error. */
  readonly variable: string;
  readonly fixed: number | undefined;
  /** Port of the last start: clients keep their address when it is still free. */
  readonly last: number | undefined;
  readonly taken?: readonly number[];
}

/**
 * The fixed port, else the last one, else one that the operating system found free.
 * @throws StackError naming the process that holds a fixed port
 */
export async function choosePort(wish: PortWish): Promise<number> {
  if (wish.fixed !== undefined) {
    const obstacle = await portObstacle(wish.fixed);
    if (obstacle === undefined) return wish.fixed;
    throw new StackError(fixedPortSentence(wish.variable, wish.fixed, obstacle));
  }
  if (wish.last !== undefined && (await portObstacle(wish.last)) === undefined) return wish.last;
  return freePort(wish.taken ?? []);
}

/** Below the range that the kernel hands to outgoing connections, so that none takes the port before the server binds it. */
export async function freePort(taken: readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (!taken.includes(port) && (await portObstacle(port)) === undefined) return port;
  }
  throw new StackError('found no free port between 20000 and 30000');
}

function fixedPortSentence(variable: string, port: number, obstacle: string): string {
  if (obstacle !== 'EADDRINUSE')
    return `port ${port} cannot be used (${obstacle}). Set ${variable}`;
  const holder = portHolder(port);
  const who = holder === undefined ? 'another process' : `pid ${holder.pid} (${holder.name})`;
  return `port ${port} is used by ${who}. Stop it or set ${variable}`;
}

/** The process that listens on a port, found through /proc; undefined when it is another user's. */
export function portHolder(port: number): { pid: number; name: string } | undefined {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)),
  );
  for (const pid of inodes.size === 0 ? [] : allPids()) {
    if (socketInodes(pid).some((inode) => inodes.has(inode))) {
      return { pid, name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() };
    }
  }
  return undefined;
}

const LISTEN = '0A'; // state column of /proc/net/tcp

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[1]?.endsWith(suffix) && columns[3] === LISTEN)
      .map((columns) => columns[9] ?? '');
  } catch {
    return [];
  }
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
