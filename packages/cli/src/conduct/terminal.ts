import type { Conduct } from '../config.ts';
import { type Progress, progressReporter } from './progress.ts';

/** The two channels of a command: data for the next program, talk for the person. */
export interface Terminal {
  readonly conduct: Conduct;
  /** Aborted on Ctrl-C; its reason is an Interruption. */
  readonly signal: AbortSignal;
  /** Writes to stdout, with a line end. */
  data(text: string): void;
  /** Writes `millrace: ...` to stderr. */
  say(line: string): void;
  /** A reporter for one piece of work, on stderr. */
  progress(): Progress;
}

export function openTerminal(conduct: Conduct, signal: AbortSignal): Terminal {
  return {
    conduct,
    signal,
    data: (text) => void process.stdout.write(`${text}\n`),
    say: (line) => say(line),
    progress: () =>
      progressReporter({
        write: (text) => void process.stderr.write(text),
        redraw: conduct.redraw,
        now: () => performance.now(),
        columns: process.stderr.columns ?? 100,
      }),
  };
}

export const say = (line: string): void => void process.stderr.write(`millrace: ${line}\n`);

/** Whoever reads our output may leave early (`| head`): that is no failure. */
export function acceptClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
}
