import { StackError } from '@millrace/local-stack';
import { TransientError, UserError } from '@millrace/shared/domain/errors';
import { CommanderError } from 'commander';
import { Interruption } from './interruption.ts';

/** Exit codes of every verb. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  partial: 4,
  interrupted: 130,
} as const;

export interface Failure {
  /** One line for stderr, and the end of the log below it when a server did not start; null when it was said already. */
  readonly line: string | null;
  readonly exitCode: number;
}

/** What a thrown value means to the user: one line and an exit code, never a stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    // commander has printed its own line, or the help that was asked for
    return { line: null, exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof Interruption) return { line: null, exitCode: exitCodes.interrupted };
  if (error instanceof UserError) return { line: describe(error), exitCode: error.exitCode };
  if (error instanceof StackError) return { line: error.message, exitCode: error.exitCode };
  if (error instanceof TransientError) {
    return { line: describe(error), exitCode: exitCodes.unreachable };
  }
  return { line: describe(error), exitCode: exitCodes.failed };
}

/** First line of the message, with the code of our own errors and of Node's. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const text = oneLine(error.message) || error.name;
  return code === null || text.includes(code) ? text : `${text} (${code})`;
}

const oneLine = (text: string): string => text.split('\n', 1)[0]?.trim() ?? '';
