import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { isRunning, type ProcessRecord, startTicksOf, writeRecord } from './process-record.ts';
import { StackError } from './stack-error.ts';
import { waitUntil } from './wait.ts';

export interface DaemonCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Its environment; without it that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** File that gets stdout and stderr; emptied first. */
  readonly output: string;
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly port: number;
  /** Where the process is written down, before anything else happens. */
  readonly recordFile: string;
}

/** Starts a process that outlives this one, in its own session, and writes it down. */
export async function startDaemon(command: DaemonCommand): Promise<ProcessRecord> {
  const output = openSync(command.output, 'w');
  try {
    const child = spawn(command.program, command.args, {
      detached: true,
      stdio: ['ignore', output, output],
      cwd: command.cwd,
      ...(command.env && { env: command.env }),
      ...command.user,
    });
    const startTicks = child.pid === undefined ? undefined : startTicksOf(child.pid);
    if (child.pid !== undefined && startTicks !== undefined) {
      const record = { pid: child.pid, startTicks, port: command.port };
      writeRecord(command.recordFile, record);
      child.unref();
      return record;
    }
    const cause = await new Promise((resolve) => {
      child.once('error', resolve);
      child.once('exit', (code) => resolve(`it ended at once with code ${code}`));
    });
    throw new StackError(`cannot run ${command.program}: ${cause}`, { cause });
  } finally {
    closeSync(output);
  }
}

/** Ends a process: the signal first, SIGKILL when that did not help in time. Gives back whether the signal was enough; true when it was gone already. */
export async function stopDaemon(
  record: ProcessRecord,
  signal: NodeJS.Signals,
  timeoutMs: number,
): Promise<boolean> {
  const gone = () => !isRunning(record);
  if (gone()) return true;
  kill(record, signal);
  if (await waitUntil(gone, { timeoutMs })) return true;
  kill(record, 'SIGKILL');
  await waitUntil(gone, { timeoutMs: 5000 });
  return false;
}

function kill(record: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    if (isRunning(record)) process.kill(record.pid, signal);
  } catch (error) {
    if (isRunning(record)) {
      throw new StackError(`may not stop pid ${record.pid}: it belongs to another user`, {
        cause: error,
      });
    }
  }
}
