import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Names one process for good: a pid is used again, a pid with its start time is not. */
export interface ProcessRecord {
  readonly pid: number;
  /** Start time in clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTicks: string;
  /** Port that the process serves. */
  readonly port: number;
}

/** Start time of a living process, or undefined when there is none. A zombie is dead: it holds a pid and nothing else. */
export function startTicksOf(pid: number): string | undefined {
  try {
    // the command in brackets may hold anything, so count from the last bracket
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether exactly this process lives. Ask before every signal. */
export function isRunning(record: Pick<ProcessRecord, 'pid' | 'startTicks'>): boolean {
  return startTicksOf(record.pid) === record.startTicks;
}

/** Arguments of a process, the program first; empty when it is gone or a stranger's. */
export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** Pids of all processes that this user may see. */
export function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Written beside and renamed, so that nobody reads half a record. */
export function writeRecord(file: string, record: ProcessRecord): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(record)}\n`);
  renameSync(`${file}.new`, file);
}

/** The record in a file, or undefined when there is none or it is damaged. */
export function readRecord(file: string): ProcessRecord | undefined {
  try {
    const { pid, startTicks, port } = JSON.parse(readFileSync(file, 'utf8'));
    const sound =
      Number.isSafeInteger(pid) && Number.isSafeInteger(port) && typeof startTicks === 'string';
    return sound ? { pid, startTicks, port } : undefined;
  } catch {
    return undefined;
  }
}

export function removeRecord(file: string): void {
  rmSync(file, { force: true });
}
