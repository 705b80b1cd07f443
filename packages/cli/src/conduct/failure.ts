import { TransientError } from '@millrace/shared/domain/errors';
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
  /** For stderr, one line a problem; empty when it was said already. */
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** What a thrown value means to the user: plain lines and an exit code, never a stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) {
    // commander has printed its own line, or the help that was asked for
    return { lines: [], exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof Interruption) return { lines: [], exitCode: exitCodes.interrupted };
  if (isForUsers(error)) return { lines: error.message.split('\n'), exitCode: error.exitCode };
  const exitCode = error instanceof TransientError ? exitCodes.unreachable : exitCodes.failed;
  return { lines: [describe(error)], exitCode };
}

/** Errors made for a person name their exit code and are whole sentences, one line a problem. */
function isForUsers(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number';
}

/** First line of the message, with the code of our own errors and of Node's. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const text = oneLine(error.message) || error.name;
  return code === null || text.includes(code) ? text : `${text} (${code})`;
}

const oneLine = (text: string): string => text.split('\n', 1)[0]?.trim() ?? '';
