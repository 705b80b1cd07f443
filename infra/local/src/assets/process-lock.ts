import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** A takeover is three file operations; one that lasts this long was interrupted by a crash. */
const TAKEOVER_MS = 10_000;

/**
 * Runs `action` while this process alone holds `lockFile`. The file names its holder by process id and start time, so
 * a lock whose holder has died is taken over, also when another process got the same id since.
 *
 * States: absent -> held (created by its holder, exclusively) -> absent (removed by its holder), or
 * held -> stale (the holder died) -> held by whoever wins the takeover file.
 * @param onWait  called once, with the holder's process id, when somebody else has the lock
 */
export async function withLock<T>(
  lockFile: string,
  action: () => Promise<T>,
  onWait: (pid: number) => void = () => {},
): Promise<T> {
  mkdirSync(dirname(lockFile), { recursive: true });
  let waiting = false;
  while (!tryCreate(lockFile)) {
    const holder = readHolder(lockFile);
    if (holder !== undefined && !isAlive(holder)) {
      takeOver(lockFile);
    } else {
      if (!waiting && holder !== undefined) onWait(holder.pid);
      waiting ||= holder !== undefined;
      await sleep(POLL_MS);
    }
  }
  try {
    return await action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  /** The kernel's clock ticks at the process's start; empty where /proc does not exist. */
  readonly startTime: string;
}

function tryCreate(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid} ${startTimeOf(process.pid)}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined while the holder is between creating and filling the file, or has just gone. */
function readHolder(file: string): Holder | undefined {
  const text = readIfThere(file);
  const [, pid, startTime] = /^(\d+) (\d*)$/.exec(text ?? '') ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), startTime: startTime ?? '' };
}

/** Removes a stale lock; exclusive, because a second remover could remove the lock of the first one's successor. */
function takeOver(lockFile: string): void {
  const takeover = `${lockFile}.takeover`;
  if (!tryCreate(takeover)) {
    const { mtimeMs } = statSync(takeover, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > TAKEOVER_MS) rmSync(takeover, { force: true });
    return;
  }
  const holder = readHolder(lockFile);
  if (holder !== undefined && !isAlive(holder)) rmSync(lockFile, { force: true });
  rmSync(takeover, { force: true });
}

function isAlive({ pid, startTime }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EPERM';
    if (!exists) return false;
  }
  return startTimeOf(pid) === startTime;
}

/** Field 22 of /proc/PID/stat; the second field, a name in parentheses, may itself hold spaces and parentheses. */
function startTimeOf(pid: number): string {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? '';
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
