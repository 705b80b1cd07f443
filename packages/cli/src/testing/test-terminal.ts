import path from 'node:path';
import { failureOf } from '../conduct/failure.ts';
import { progressReporter } from '../conduct/progress.ts';
import type { Terminal } from '../conduct/terminal.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the work of a verb as `main.ts` would, in this process. @param folder for its state */
export async function ranIn(
  { folder, variables }: { readonly folder: string; readonly variables: NodeJS.ProcessEnv },
  work: (terminal: Terminal) => Promise<void>,
): Promise<Ran> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const terminal: Terminal = {
    conduct: {
      ...{ debug: false, redraw: false, offline: true, root: folder },
      ...{ stateFolder: path.join(folder, 'state'), variables: { ...process.env, ...variables } },
    },
    signal: new AbortController().signal,
    data: (text) => void stdout.push(`${text}\n`),
    say: (line) => void stderr.push(line),
    progress: () => progressReporter({ write: () => {}, redraw: false, now: () => 0, columns: 80 }),
  };
  const said = (code: number): Ran => ({
    code,
    stdout: stdout.join(''),
    stderr: stderr.join('\n'),
  });
  try {
    await work(terminal);
    return said(Number(process.exitCode ?? 0));
  } catch (error) {
    const { lines, exitCode } = failureOf(error);
    stderr.push(...lines);
    return said(exitCode);
  } finally {
    process.exitCode = undefined;
  }
}
