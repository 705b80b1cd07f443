import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import {
  type FolderUpload,
  folderUpload,
  removeFolder,
} from '@millrace/shared/runtime/model-store/publish-folder';
import type { ClaimedJob } from './job-store.ts';
import { isGone, keepOnly, linkFolder } from './outgoing-folder.ts';
import { storePlaces } from './store-places.ts';
import { storedCheckpoints } from './stored-checkpoints.ts';

/** What an attempt leaves behind, copied to where another machine can go on from it. */
export interface JobMirror {
  /** A checkpoint was written into a folder: it goes to the store beside the training, the newest one only. */
  checkpoint(folder: string): void;
  /** Results that need not be computed again may have come. */
  kept(): void;
  /** Resolves when all of it is stored, or `limitMs` are over: it is given up then. Nothing goes there afterwards. */
  settle(limitMs: number): Promise<void>;
  /** The job has ended: nothing of it is needed any more. A store that is away keeps it. */
  clear(): Promise<void>;
}

export interface MirrorOptions {
  readonly job: ClaimedJob;
  readonly models: ModelStore;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called with the address of each checkpoint that is stored. */
  readonly onStored: (address: string) => void;
}

const keep = 2;
/** A file on its way is waited for at the end: an interrupted one could land after what was there is removed. */
const lastFileMs = 10_000;
const firstWaitMs = 1_000;
const longestWaitMs = 30_000;

/**
 * Copies to S3 from the runner's process: the one that trains does not get around to sockets between its steps.
 *
 * States: idle -> copying (a checkpoint or results wait) -> idle; a store that is away is asked again for ever, and a newer
 * checkpoint takes the place of the one that waits. settle() and clear() end it.
 */
export function jobMirror(options: MirrorOptions): JobMirror {
  const { job, models, dataDir, clock, logger } = options;
  const places = storePlaces(models);
  const attempt = places.attempt(job);
  const work = path.resolve(dataDir, 'jobs', job.jobId);
  const outgoing = path.resolve(dataDir, 'outgoing', `${job.jobId}-${job.token}`);
  const stopping = new AbortController();
  const { signal } = stopping;
  const ending = new AbortController();
  const target: ModelStore = {
    ...models,
    put: async (address, file) => {
      ending.signal.throwIfAborted();
      await models.put(address, file, signal);
    },
  };
  const sent = new Map<string, number>();
  let waiting: string | null = null;
  let current: { readonly folder: string; readonly upload: FolderUpload } | null = null;
  let resultsWait = false;
  let copying: Promise<void> | null = null;
  rmSync(outgoing, { recursive: true, force: true });

  const copyResults = async (): Promise<void> => {
    const names = existsSync(work) ? readdirSync(work) : [];
    for (const name of names.filter((file) => file.endsWith('.json'))) {
      const file = path.join(work, name);
      const { mtimeMs } = statSync(file);
      if (sent.get(name) === mtimeMs) continue;
      await target.put(`${attempt}/kept/${name}`, file);
      sent.set(name, mtimeMs);
    }
    resultsWait = false;
  };
  const copyCheckpoint = async (folder: string): Promise<void> => {
    const address = `${attempt}/${path.basename(folder)}`;
    if (current?.folder !== folder)
      current = { folder, upload: folderUpload(target, { folder, address }) };
    await current.upload.run(signal);
    options.onStored(address);
    const all = storedCheckpoints(await models.list(places.job(job), signal));
    for (const old of all.filter(({ token }) => token <= job.token).slice(keep))
      await removeFolder(models, old.address, signal);
  };
  const copyOnce = async (): Promise<void> => {
    if (resultsWait) await copyResults();
    const folder = waiting;
    if (folder !== null) await copyCheckpoint(folder);
    if (waiting === folder) waiting = null;
  };
  const pause = async (error: TransientError, failures: number): Promise<void> => {
    const { code: error_code, message: error_message } = error;
    logger.warning('the checkpoint waits for the model store', { error_code, error_message });
    await clock.sleep(Math.min(longestWaitMs, firstWaitMs * 2 ** failures), ending.signal);
  };
  const copyAll = async (): Promise<void> => {
    for (let failures = 0; waiting !== null || resultsWait; ) {
      try {
        await copyOnce();
        failures = 0;
      } catch (error) {
        if (ending.signal.aborted) return;
        if (isGone(error)) {
          resultsWait = false; // the attempt has tidied up meanwhile: it is over
          waiting = null;
        } else if (!(error instanceof TransientError)) throw error;
        else await pause(error, failures++);
        if (ending.signal.aborted) return;
      }
      keepOnly(outgoing, waiting); // older ones hold the disk's space only
    }
  };
  const go = (): void => {
    copying ??= copyAll()
      .catch((error: unknown) => {
        waiting = null;
        resultsWait = false;
        logger.error('what the attempt leaves could not be stored', {}, error);
      })
      .finally(() => {
        copying = null;
      });
  };
  const within = async (limitMs: number): Promise<void> => {
    const over = new AbortController();
    await Promise.race([copying, clock.sleep(limitMs, over.signal)]);
    over.abort();
  };
  const end = async (): Promise<void> => {
    ending.abort();
    await within(lastFileMs);
    stopping.abort();
    await copying;
    rmSync(outgoing, { recursive: true, force: true });
  };
  return {
    checkpoint: (folder) => {
      waiting = linkFolder(folder, outgoing) ?? waiting;
      resultsWait = true;
      go();
    },
    kept: () => {
      resultsWait = true;
      go();
    },
    settle: async (limitMs) => {
      resultsWait = true; // what came since the last phase began
      go();
      await within(limitMs);
      await end();
    },
    clear: async () => {
      await end();
      try {
        await removeFolder(models, places.job(job));
        // what an attempt before this one stored and did not come to register
        for (let token = 1; token < job.token; token++)
          await removeFolder(models, places.model(job, token));
      } catch (error) {
        if (!(error instanceof TransientError)) throw error;
        logger.warning('the model store keeps what the job has left', { error_code: error.code });
      }
    },
  };
}

/** Where scheduler and runners share a folder, what an attempt leaves is where it must be. */
export const noMirror: JobMirror = {
  checkpoint: () => {},
  kept: () => {},
  settle: async () => {},
  clear: async () => {},
};
