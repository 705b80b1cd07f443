import {
  type BackendOptions,
  BackendUnavailable,
  openBackend,
  TrainingDiverged,
} from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import {
  InvariantError,
  PoisonError,
  TransientError,
  UserError,
} from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { ablateJob } from './ablate-job.ts';
import { attempt } from './attempt.ts';
import type { AttemptOptions, BaseFolders } from './attempt-options.ts';
import type { ClaimedJob } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import { type FromAttempt, toAttempt } from './messages.ts';

export interface AttemptProcessOptions {
  readonly store: DeliveryStore;
  readonly models: ModelStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly baseFolders: BaseFolders;
  readonly backendOptions: BackendOptions;
}

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/**
 * The process that trains one job for a runner: it waits for the job, works, says how it ended, and resolves.
 *
 * It lives no longer than its runner: when the channel to it closes, whether it ended or was killed, this process exits at
 * the next turn of its loop, at most one training step later. Signals of a terminal go to both; only the runner answers.
 */
export async function attemptProcess(options: AttemptProcessOptions): Promise<void> {
  const stopping = new AbortController();
  const started = Promise.withResolvers<ClaimedJob>();
  const onMessage = (raw: unknown): void => {
    const message = toAttempt.parse(raw);
    if (message.kind === 'start') started.resolve(message.job);
    else stopping.abort(new Stopped('told to stop'));
  };
  const orphaned = (): never => process.exit(1);
  const ignore = (): void => {};
  process.on('message', onMessage);
  process.on('disconnect', orphaned);
  process.on('SIGTERM', ignore);
  process.on('SIGINT', ignore);
  await tell({ kind: 'ready' });
  const job = await started.promise;
  await tell(await work(job, options, stopping.signal));
  process.off('disconnect', orphaned);
  process.off('message', onMessage);
  process.disconnect();
}

async function work(
  job: ClaimedJob,
  options: AttemptProcessOptions,
  signal: AbortSignal,
): Promise<FromAttempt> {
  const trace = job.traceparent?.split('-')[1];
  const logger = options.logger.with({
    job_id: job.jobId,
    lease_token: job.token,
    ...(trace !== undefined && { trace_id: trace }),
  });
  const parts: AttemptOptions = {
    ...options,
    openBackend: () => openBackend(options.backendOptions),
    logger,
    job,
    signal,
    onProgress: (progress) => void tell({ kind: 'progress', progress }),
    onCheckpoint: (folder) => void tell({ kind: 'checkpoint', folder }),
  };
  try {
    if (job.kind === 'ablation') return { kind: 'ablated', sentence: await ablateJob(parts) };
    const { modelId, trained } = await attempt(parts);
    const { decision, sentence } = trained.gate;
    return { kind: 'succeeded', modelId, decision, sentence };
  } catch (error) {
    if (error instanceof Stopped) return { kind: 'stopped' };
    if (error instanceof LeaseLost) return { kind: 'lease_lost' };
    logger.error('the attempt failed', { attempt: job.attempt }, error);
    return failed(error);
  }
}

/** A foreign error's text may quote what it was given: it serves to tell the kind of failure and is kept nowhere. */
function failed(error: unknown): FromAttempt {
  if (isOwn(error)) return { kind: 'failed', code: error.code, message: error.message, own: true };
  const message = error instanceof Error ? error.message : '';
  const code = error instanceof Error ? error.name : typeof error;
  return { kind: 'failed', code, message, own: false };
}

const isOwn = (error: unknown): error is Error & { readonly code: string } =>
  [
    UserError,
    TransientError,
    PoisonError,
    InvariantError,
    TrainingDiverged,
    BackendUnavailable,
  ].some((own) => error instanceof own);

/** Resolves when the runner has it, or is gone. */
function tell(message: FromAttempt): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}
