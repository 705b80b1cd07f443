/** What hinders the verification, as one sentence for a person. Exit code 3: something outside is missing; 1: it failed. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';
  readonly exitCode: 1 | 3;

  constructor(message: string, options: { cause?: unknown; exitCode?: 1 | 3 } = {}) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode ?? 1;
  }
}
