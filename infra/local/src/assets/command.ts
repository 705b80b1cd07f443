import { spawn } from 'node:child_process';
import { environmentWith } from './config.ts';

export interface Outcome {
  /** Exit code; `null` when the command does not exist or was ended by a signal. */
  readonly code: number | null;
  /** The last 64 KiB of both streams, as they came. */
  readonly output: string;
}

const KEPT_CHARACTERS = 65_536;

/** Runs a command to its end without a shell and without a terminal. Never rejects: a command that is missing fails.
 * The command ends with this process. */
export function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return new Promise((settle) => {
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_CHARACTERS);
    };
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environmentWith(environment),
    });
    const end = () => child.kill();
    process.once('exit', end);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => settle({ code: null, output: error.message }));
    child.on('close', (code) => {
      process.off('exit', end);
      settle({ code, output });
    });
  });
}

/** The line of a failed command's output that says most: the last one with the word error, or else the last one. */
export function complaint({ output }: Outcome): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
