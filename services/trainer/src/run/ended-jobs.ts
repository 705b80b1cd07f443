import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Sql } from '@millrace/shared/ports/database';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';

interface Place {
  readonly store: Pick<DeliveryStore, 'read'>;
  readonly settings: Pick<Settings, 'storage'>;
  readonly logger: Logger;
}

/**
 * Removes from this machine what attempts at ended jobs have left: checkpoints, and models that were exported and never
 * registered. They are weights, of no more use, and may know what was forgotten since. A job that goes on keeps its own.
 */
export async function removeEndedJobs({ store, settings, logger }: Place): Promise<void> {
  const left = [...jobFolders(settings), ...runFolders(settings)];
  if (left.length === 0) return;
  try {
    for (const { jobId, token, folder } of await store.read((sql) => ofNoUse(sql, left))) {
      rmSync(folder, { recursive: true, force: true });
      logger.info('what an ended job has left is removed', { job_id: jobId, lease_token: token });
    }
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    logger.warning('what ended jobs have left is kept for now', { error_code: error.code });
  }
}

/**
 * Those of jobs that have ended, but for models that are registered. Look first, then ask: the row of a model comes with the
 * end of its job.
 */
export async function ofNoUse<L extends Pick<Left, 'jobId' | 'token'>>(
  sql: Sql,
  left: readonly L[],
): Promise<readonly L[]> {
  const ids = [...new Set(left.map(({ jobId }) => jobId))];
  const ended = await sql<{ jobId: string; tokens: number[] }[]>`
    select j.job_id::text as "jobId", array(select m.lease_token from models m where m.job_id = j.job_id) as tokens
    from training_jobs j where j.job_id::text = any(${ids}) and j.state not in ('queued', 'running')`;
  const registered = new Map(ended.map(({ jobId, tokens }) => [jobId, tokens]));
  return left.filter(({ jobId, token }) => {
    const tokens = registered.get(jobId);
    return tokens !== undefined && (token === null || !tokens.includes(token));
  });
}

interface Left {
  readonly jobId: string;
  /** Of the attempt whose model it is; null for what all attempts share. */
  readonly token: number | null;
  readonly folder: string;
}

const jobFolders = ({ storage }: Place['settings']): readonly Left[] => {
  const jobs = path.resolve(storage.data_dir, 'jobs');
  return namesIn(jobs).map((jobId) => ({ jobId, token: null, folder: path.join(jobs, jobId) }));
};

function runFolders({ storage }: Place['settings']): readonly Left[] {
  const root = path.resolve(storage.model_dir);
  const lines = namesIn(root).flatMap((name) =>
    namesIn(path.join(root, name)).map((type) => path.join(root, name, type)),
  );
  return lines.flatMap((line) =>
    namesIn(line).flatMap((name) => {
      const [, token, jobId] = /^run-(\d+)-([0-9a-f-]{36})$/.exec(name) ?? [];
      return jobId === undefined
        ? []
        : [{ jobId, token: Number(token), folder: path.join(line, name) }];
    }),
  );
}

const namesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      )
    : [];
