import { type ChildProcess, fork } from 'node:child_process';
import type { Settings } from '@millrace/shared/contracts/settings';
import { backoffMs } from '@millrace/shared/domain/backoff';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Rng } from '@millrace/shared/domain/rng';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import type { Tracer } from '@millrace/shared/ports/tracer';
import type { Health } from '@millrace/shared/runtime/health';
import type { Metrics } from '@millrace/shared/telemetry/metrics';
import { type AttemptEnd, judgeFailure } from '../core/failure.ts';
import { type JobMirror, jobMirror, noMirror } from './job-mirror.ts';
import {
  type ClaimedJob,
  endJob,
  giveBack,
  hasSucceeded,
  renewLease,
  retryLater,
  writeProgress,
} from './job-store.ts';
import { type FromAttempt, fromAttempt, type ToAttempt } from './messages.ts';
import { phaseSpans } from './phase-spans.ts';
import type { TrainingProgress } from './progress.ts';
import { examplesErased } from './register-model.ts';

export interface SuperviseOptions {
  readonly store: DeliveryStore;
  readonly models: ModelStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly tracer: Tracer;
  /** For back-off only. */
  readonly random: Rng;
  /** The program that trains: file and arguments. */
  readonly program: readonly [string, ...string[]];
}

/** How long the last checkpoint may take to its store at the end of an attempt, under the lease. */
const settleMs = 60_000;

export type JobEnd = 'succeeded' | 'given_back' | 'lease_lost' | 'retry' | 'blocked' | 'failed';

/**
 * One job in a process of its own, while this one holds the lease.
 *
 * States: starting -> training -> ended (succeeded, failed, died), with two ways to be cut short: the lease is lost, then
 * the process is killed at once and nothing of it counts; or a stop is asked for, then it writes a checkpoint, ends, and the
 * job is given back. While the database does not answer the process goes on: the token guards every write of it.
 */
export async function supervise(
  job: ClaimedJob,
  options: SuperviseOptions,
  signal: AbortSignal,
): Promise<JobEnd> {
  const { store, settings, metrics } = options;
  const [file, ...args] = options.program;
  const child = fork(file, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = endOf(child);
  const over = new AbortController();
  const news: News = { progress: null, checkpoint: null };
  const phases = phaseSpans(options.tracer, job.traceparent);
  const saved = (address: string): void => {
    news.checkpoint = address;
    metrics.lastCheckpoint.set({ model_type: job.modelType }, options.clock.now() / 1000);
  };
  const mirror = mirrorOf(job, options, saved);
  let last: FromAttempt | null = null;

  child.on('message', (raw: unknown) => {
    const message = fromAttempt.parse(raw);
    if (message.kind === 'ready') sendTo(child, { kind: 'start', job });
    else if (message.kind === 'progress') {
      phases.enter(message.progress.phase);
      if (message.progress.phase !== news.progress?.phase) mirror.kept();
      news.progress = said(message.progress, { job, before: news.progress, options });
    } else if (message.kind === 'checkpoint') {
      mirror.checkpoint(message.folder);
      if (options.models.kind === 'folder') saved(message.folder);
    } else {
      last = message;
      if (made(last)) over.abort(); // the job has ended: there is no lease to renew, and none to lose
    }
  });
  const stop = (): void => sendTo(child, { kind: 'stop' });
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });

  const holding = hold(job, { options, news, signal: over.signal });
  const lost = holding.then((held) => {
    if (held || made(last)) return false;
    child.kill('SIGKILL');
    return true;
  });
  const end = await ended;
  phases.end();
  signal.removeEventListener('abort', stop);
  await (made(last) ? mirror.settle(0) : Promise.race([mirror.settle(settleMs), lost]));
  over.abort();
  if (await lost) {
    await mirror.settle(0);
    return late(options);
  }
  const write: Conclusion['write'] = (work) =>
    untilAnswered(options, signal, () => store.read(work));
  await write((sql) => writeProgress(sql, job, news));
  const asked = signal.aborted;
  if (isErased(last)) await mirror.clear(); // under the lease: the next attempt stores below the same name
  const concluded = await conclude({ job, options, end, last, write, asked, settings });
  if (final.has(concluded)) await mirror.clear();
  return concluded;
}

/** After these no attempt follows. */
const final: ReadonlySet<JobEnd> = new Set(['succeeded', 'blocked', 'failed']);

/** Whether the attempt learnt from what was forgotten meanwhile: nothing of it may serve the next one. */
const isErased = (last: FromAttempt | null): boolean =>
  last?.kind === 'failed' && last.code === examplesErased;

/** Whether the attempt has written down what the job was for. */
const made = (last: FromAttempt | null): boolean =>
  last?.kind === 'succeeded' || last?.kind === 'ablated';

function mirrorOf(
  job: ClaimedJob,
  { models, settings, clock, logger }: SuperviseOptions,
  onStored: (address: string) => void,
): JobMirror {
  if (models.kind === 'folder') return noMirror;
  const dataDir = settings.storage.data_dir;
  return jobMirror({ job, models, dataDir, clock, logger, onStored });
}

interface Conclusion {
  readonly job: ClaimedJob;
  readonly options: SuperviseOptions;
  readonly settings: Settings;
  readonly end: ProcessEnd;
  readonly last: FromAttempt | null;
  readonly asked: boolean;
  /** False: refused. Null: given up at a stop, the database did not answer. */
  readonly write: (
    work: (sql: Parameters<typeof giveBack>[0]) => Promise<boolean>,
  ) => Promise<boolean | null>;
}

async function conclude({ job, options, end, last, write, asked }: Conclusion): Promise<JobEnd> {
  const { logger, metrics, random } = options;
  if (last?.kind === 'succeeded') {
    metrics.modelDecisions.add({ decision: last.decision });
    logger.info('model registered', {
      model_id: last.modelId,
      decision: last.decision,
      sentence: last.sentence,
    });
    return 'succeeded';
  }
  if (last?.kind === 'ablated') {
    logger.info('ablation recorded', { sentence: last.sentence });
    return 'succeeded';
  }
  if (last?.kind === 'lease_lost') return late(options);
  if (last?.kind === 'stopped' || (asked && last === null)) {
    if ((await write((sql) => giveBack(sql, job))) === false) return late(options);
    logger.info('job given back');
    return 'given_back';
  }
  const reported: AttemptEnd['reported'] = last?.kind === 'failed' ? last : null;
  const verdict = judgeFailure({ reported, own: last?.kind === 'failed' && last.own, ...end });
  const fields = { error_code: verdict.code, kind: verdict.kind, attempt: job.attempt };
  if (verdict.next === 'retry' && job.attempt < job.maxAttempts) {
    const waitSeconds = backoffMs(job.attempt, random, { firstMs: 2_000, capMs: 300_000 }) / 1000;
    const written = await write((sql) => retryLater(sql, job, { ...verdict, waitSeconds }));
    if (written === false) return late(options);
    logger.warning('attempt failed, another follows', { ...fields, wait_seconds: waitSeconds });
    return 'retry';
  }
  const state = verdict.next === 'blocked' ? 'blocked' : 'failed';
  if ((await write((sql) => endJob(sql, job, { ...verdict, state }))) === false)
    return late(options);
  logger.error(`training ${state}`, { ...fields, reason: verdict.message });
  return state;
}

/** A write of this attempt was refused: another one holds the job. */
function late({ logger, metrics }: SuperviseOptions): 'lease_lost' {
  metrics.lateWrites.add({});
  logger.warning('the lease was lost: the attempt was stopped and is discarded');
  return 'lease_lost';
}

interface News {
  progress: TrainingProgress | null;
  checkpoint: string | null;
}

interface Holding {
  readonly options: SuperviseOptions;
  readonly news: News;
  readonly signal: AbortSignal;
}

/** Renew the lease until the signal is aborted. @returns false as soon as it is known to be lost */
async function hold(job: ClaimedJob, { options, news, signal }: Holding): Promise<boolean> {
  const { store, clock, logger } = options;
  const { lease_seconds } = options.settings.training;
  while (!signal.aborted) {
    await clock.sleep((lease_seconds * 1000) / 3, signal);
    if (signal.aborted) break;
    try {
      const held = await store.read(async (sql) => {
        const renewed = await renewLease(sql, job, lease_seconds);
        if (renewed && (await writeProgress(sql, job, news))) return true;
        return await hasSucceeded(sql, job); // the attempt has written it down and comes to say so
      });
      if (!held) return false;
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      logger.warning('the lease cannot be renewed now', { error_code: error.code });
    }
  }
  return true;
}

/** Log and count what the attempt says of itself. @returns it */
function said(progress: TrainingProgress, { job, before, options }: Said): TrainingProgress {
  const { metrics, logger, health } = options;
  const model_type = job.modelType;
  if (progress.phase === 'train') {
    const known = before?.phase === 'train' ? before : { step: progress.step, tokens: 0 };
    metrics.trainingSteps.add({ model_type }, Math.max(0, progress.step - known.step));
    metrics.trainingTokens.add({ model_type }, Math.max(0, progress.tokens - known.tokens));
    if (progress.loss !== null) metrics.trainingLoss.set({ model_type }, progress.loss);
  }
  health.progress();
  logger.info('training', { ...progress });
  return progress;
}

interface Said {
  readonly job: ClaimedJob;
  readonly before: TrainingProgress | null;
  readonly options: SuperviseOptions;
}

/** Repeat a last write while the database is down: a job must not look alive when its attempt has ended. */
async function untilAnswered<T>(
  { clock, random, logger }: SuperviseOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T | null> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      // at a stop the lease runs out by itself
      if (signal.aborted && failures > 3) return null;
      logger.warning('the end of the attempt cannot be written now', { error_code: error.code });
      await clock.sleep(backoffMs(failures, random));
    }
  }
}

function sendTo(child: ChildProcess, message: ToAttempt): void {
  if (child.connected) child.send(message, () => {}); // a child that has just ended is seen by its exit
}

type ProcessEnd = Pick<AttemptEnd, 'signal' | 'exitCode'>;

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}
