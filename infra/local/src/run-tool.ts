import { spawn } from 'node:child_process';
import type { Account } from './server-account.ts';

export interface ToolOptions {
  readonly cwd?: string;
  readonly user?: Account | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the tool. */
  readonly signal?: AbortSignal | undefined;
}

export interface ToolResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** stdout and stderr as they came. */
  readonly output: string;
}

/** Runs a program to its end. @throws when it cannot be run at all, or the signal ended it */
export function runTool(
  program: string,
  args: readonly string[],
  { cwd, user, env, signal }: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...user,
      ...(cwd && { cwd }),
      ...(env && { env }),
      ...(signal && { signal }),
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    let failure: unknown;
    child.once('error', (error) => {
      failure = error;
      if (child.pid === undefined) reject(error);
    });
    // an aborted tool needs a moment to end: nothing of it is left when the caller goes on
    child.once('close', (code) =>
      failure === undefined ? resolve({ code, output }) : reject(failure),
    );
  });
}
