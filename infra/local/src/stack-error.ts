/**
 * What the local stack could not do, as one sentence for a person.
 * Exit code 3 when something outside is missing or busy, 2 when a setting cannot be used.
 */
export class StackError extends Error {
  override readonly name = 'StackError';
  readonly exitCode: 2 | 3;

  constructor(message: string, options: { cause?: unknown; exitCode?: 2 | 3 } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 3;
  }
}
