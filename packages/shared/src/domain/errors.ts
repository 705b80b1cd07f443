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

/** For the end of a switch over a union: the compiler refuses a forgotten member, the program an impossible one. */
export function assertNever(value: never): never {
  throw new InvariantError(
    'MILLRACE_PROCESSING_UNREACHABLE',
    `reached a case that cannot be: ${String(value)}`,
  );
}
