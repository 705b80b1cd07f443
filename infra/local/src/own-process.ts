import { allPids, commandLine, isRunning, readRecord, startTicksOf } from './process-record.ts';

/** A living process of one state folder. */
export interface OwnProcess {
  readonly pid: number;
  readonly startTicks: string;
  readonly port: number;
}

/**
 * The living process that a record names and whose command line holds our mark; without a sound record, the one that carries the mark.
 * @param mark an argument that no other process has: a path inside the state folder
 * @returns port 0 when the record that knew it is lost
 */
export function ownProcess(recordFile: string, mark: string): OwnProcess | undefined {
  const record = readRecord(recordFile);
  if (record && isRunning(record) && commandLine(record.pid).includes(mark)) return record;
  for (const pid of allPids()) {
    if (!commandLine(pid).slice(1).includes(mark)) continue;
    const startTicks = startTicksOf(pid);
    if (startTicks !== undefined) return { pid, startTicks, port: 0 };
  }
  return undefined;
}
