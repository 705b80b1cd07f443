import { readFileSync } from 'node:fs';
import { allPids, commandLine, startTicksOf } from '../process-record.ts';

/** Variable that marks every process which a test run starts: environments are inherited, by daemons too. */
export const RUN_MARK = 'MILLRACE_TEST_RUN';

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/**
 * Living processes whose environment holds `MILLRACE_TEST_RUN=<run>`.
 * @param runner pid of the test runner
 */
export function leftoversOf(run: string, runner: number = process.pid): readonly Leftover[] {
  return allPids()
    .filter((pid) => pid !== runner && carriesMark(pid, run) && !isRunnersOwn(pid, runner))
    .map((pid) => ({ pid, command: commandLine(pid).join(' ').slice(0, 200) }));
}

function carriesMark(pid: number, run: string): boolean {
  return (
    startTicksOf(pid) !== undefined &&
    read(`/proc/${pid}/environ`).split('\0').includes(`${RUN_MARK}=${run}`)
  );
}

/** Workers and watchdog of the test runner: its own children, which it ends itself. */
function isRunnersOwn(pid: number, runner: number): boolean {
  const parent = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1];
  return parent === `${runner}` && commandLine(pid).some((part) => part.includes('vitest'));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
