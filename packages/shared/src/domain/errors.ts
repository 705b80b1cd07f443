/**
 * The three classes that a worker acts on. Bad data is none of them: it is a finding.
 * - TransientError: again, later, for ever while a dependency is down.
 * - PoisonError: this record can never be handled: dead letter.
 * - InvariantError: the program is wrong: stop the process, exit non-zero.
 * A message is a sentence that names the thing, the limit and the value; ids and codes only, never message text.
 */
export type ErrorCode =
  `MILLRACE_${'INPUT' | 'FORMAT' | 'PROCESSING' | 'TRAINING' | 'RESOURCE'}_${Uppercase<string>}`;

export interface ErrorOptions {
  /** What failed underneath; kept for the log, never for the user's eyes. */
  readonly cause?: unknown;
}

abstract class MillraceError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** Thrown when a dependency is unreachable or asks to come back later; the same call may succeed unchanged. */
export class TransientError extends MillraceError {}

/** Thrown when one record can never be handled, whatever the state of the world; the others of its batch can. */
export class PoisonError extends MillraceError {}

/** Thrown when something that the program itself guarantees does not hold. */
export class InvariantError extends MillraceError {}

/** Thrown at a user's own call or setting: what is wrong, where, and the fix. `exitCode`: 1 failed, 2 usage, 3 dependency unreachable. */
export class UserError extends MillraceError {
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { exitCode?: number }) {
    super(code, message, options);
    this.exitCode = options?.exitCode ?? 1;
  }
}

export interface ErrorDescription {
  readonly error: string;
  readonly error_code: string | null;
  /** Absent for a foreign error: a parser's or driver's text may quote what it was given. */
  readonly error_message?: string;
  readonly error_stack: string;
}

/** What a log may say of an error, whoever threw it: no text that was not written here. */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { error: typeof error, error_code: null, error_stack: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    error_code: code,
    ...(error instanceof MillraceError ? { error_message: error.message } : {}),
    error_stack: frames.slice(0, 8).join('\n'),
  };
}

/** For the end of a switch over a union: the compiler refuses a forgotten member, the program an impossible one. */
export function assertNever(value: never): never {
  throw new InvariantError(
    'MILLRACE_PROCESSING_UNREACHABLE',
    `reached a case that cannot be: ${String(value)}`,
  );
}
