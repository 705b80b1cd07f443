import type { Settings } from '@millrace/shared/contracts/settings';
import { TransientError } from '@millrace/shared/domain/errors';
import { type Maintained, maintainedFields } from '@millrace/trainer';

export interface MaintainedBy {
  readonly dryRun: boolean;
  readonly retention: Settings['storage']['retention'];
}

/** A document of snake_case names; what ended jobs have left is null when the model store is away. */
export function maintainJson(done: Maintained, { dryRun, retention }: MaintainedBy) {
  const { raw_days, dead_letter_days } = retention;
  const fields = maintainedFields(done);
  const { payloads, payload_bytes, gathered_messages, dead_letters } = fields;
  return {
    ...{ dry_run: dryRun, raw_days, dead_letter_days, ...fields },
    ...{ payloads: payloads ?? 0, payload_bytes: payload_bytes ?? 0 },
    ...{ gathered_messages: gathered_messages ?? 0, dead_letters: dead_letters ?? 0 },
  };
}

export function maintainLines(
  { payloads, gathered, deadLetters, left }: Maintained,
  { dryRun, retention }: MaintainedBy,
): readonly string[] {
  const would = dryRun ? 'would go' : 'are gone';
  return [
    payloads === null
      ? 'payloads stay: storage.retention.raw_days is not set'
      : `${payloads.payloads} payloads (${megabytes(payloads.bytes)}) of over ${retention.raw_days} days ${would}; cleaned texts and examples stay`,
    ...(gathered === null
      ? []
      : [
          `${gathered.messages} gathered messages (${megabytes(gathered.bytes)}) of ${gathered.sessions} sessions that closed over ${retention.raw_days} days ago ${would}`,
        ]),
    deadLetters === null
      ? 'dead letters stay: storage.retention.dead_letter_days is not set'
      : `the bytes of ${deadLetters} dead letters of over ${retention.dead_letter_days} days ${would}; cause, place and hash stay`,
    left instanceof TransientError
      ? 'what ended jobs have left stays: the model store is away'
      : `${left.files} files (${megabytes(left.bytes)}) that ${left.jobs} ended jobs have left ${would}; registered models stay`,
  ];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
