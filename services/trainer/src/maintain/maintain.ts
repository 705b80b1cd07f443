import { TransientError } from '@millrace/shared/domain/errors';
import type { Sql } from '@millrace/shared/ports/database';
import {
  purgeableLetters,
  purgeLetters,
} from '@millrace/shared/runtime/erasure/purge-dead-letters';
import {
  type PurgedGathered,
  purgeableGathered,
  purgeGathered,
} from '@millrace/shared/runtime/erasure/purge-gathered';
import {
  type PurgedPayloads,
  purgeablePayloads,
  purgePayloads,
} from '@millrace/shared/runtime/erasure/purge-payloads';
import { leftByEndedJobs, removeLeft, type Stored } from '../run/left-by-jobs.ts';

export interface MaintainOptions extends Stored {
  readonly sql: Sql;
  /** Only say what would go. */
  readonly dryRun: boolean;
}

/** What ended jobs have left in the model store. */
export interface LeftSum {
  readonly jobs: number;
  readonly files: number;
  readonly bytes: number;
}

/** What went, or would go. */
export interface Maintained {
  /** Null: storage.retention.raw_days is not set. */
  readonly payloads: PurgedPayloads | null;
  /** Null as above. */
  readonly gathered: PurgedGathered | null;
  /** Null: storage.retention.dead_letter_days is not set. */
  readonly deadLetters: number | null;
  /** An error: the model store is away, and nothing of it went. */
  readonly left: LeftSum | TransientError;
}

/**
 * Throws away what nobody needs any more: payloads, gathered messages and dead letters that storage.retention says are old, on record, and what
 * ended jobs have left in the model store. Safe to run at any time, and by several at once; cut off, it goes on the next time.
 */
export async function maintain({ sql, dryRun, ...stored }: MaintainOptions): Promise<Maintained> {
  const { raw_days, dead_letter_days } = stored.settings.storage.retention;
  const payloads =
    raw_days === null
      ? null
      : await (dryRun ? purgeablePayloads(sql, raw_days) : purgePayloads(sql, raw_days));
  const gathered =
    raw_days === null
      ? null
      : await (dryRun ? purgeableGathered(sql, raw_days) : purgeGathered(sql, raw_days));
  const old =
    dead_letter_days === null
      ? null
      : await purgeableLetters(sql, { id: null, olderThanDays: dead_letter_days });
  const deadLetters = old === null || dryRun ? (old?.length ?? null) : await purgeLetters(sql, old);
  return { payloads, gathered, deadLetters, left: await clearLeft(sql, { ...stored, dryRun }) };
}

async function clearLeft(
  sql: Sql,
  { dryRun, ...stored }: Stored & Pick<MaintainOptions, 'dryRun'>,
): Promise<LeftSum | TransientError> {
  try {
    const left = await leftByEndedJobs(sql, stored);
    if (!dryRun) await removeLeft(stored.models, left);
    return {
      jobs: new Set(left.map(({ jobId }) => jobId)).size,
      files: left.reduce((sum, { files }) => sum + files, 0),
      bytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  } catch (error) {
    if (error instanceof TransientError) return error;
    throw error;
  }
}
