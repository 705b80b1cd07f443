import { run } from '../run-program.ts';
import { environmentWith } from './config.ts';

export interface Outcome {
  /** Exit code; `null` when the command does not exist or was ended by a signal. */
  readonly code: number | null;
  /** What it said, or why it could not be run. */
  readonly output: string;
}

/** Runs a command to its end. Never rejects: a command that is missing fails. The command ends with this process. */
export async function tried(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  try {
    return await run(command, args, { env: environmentWith(environment) });
  } catch (error) {
    return { code: null, output: error instanceof Error ? error.message : String(error) };
  }
}

/** The line of a failed command's output that says most: the last one with the word error, or else the last one. */
export function complaint({ output }: Outcome): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
