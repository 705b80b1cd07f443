import { TransientError } from '@millrace/shared/domain/errors';
import type { Maintained } from './maintain.ts';

/** For logs and documents, in snake_case: null where nothing was asked for, or the model store is away. */
export function maintainedFields({ payloads, gathered, deadLetters, left }: Maintained) {
  const found = left instanceof TransientError ? null : left;
  return {
    payloads: payloads?.payloads ?? null,
    payload_bytes: payloads?.bytes ?? null,
    gathered_messages: gathered?.messages ?? null,
    dead_letters: deadLetters,
    ended_jobs: found?.jobs ?? null,
    job_files: found?.files ?? null,
    job_bytes: found?.bytes ?? null,
  };
}
