import type { Settings } from '@millrace/shared/contracts/settings';
import { TransientError } from '@millrace/shared/domain/errors';
import type { ModelType } from '@millrace/shared/domain/example';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import { jobIdOf, type NewJob } from '../core/accept-request.ts';
import { type TriggerDecision, trigger } from '../core/trigger.ts';
import { queueJobs } from './job-queue.ts';
import { reapExhausted } from './job-store.ts';
import { firstTraceparent, type LineFacts, triggerFacts } from './trigger-facts.ts';

export interface TriggerLoopOptions {
  readonly store: DeliveryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface TriggerLoop {
  /** Look now rather than at the next round. */
  wake(): void;
  /** Runs until the signal is aborted. */
  run(signal: AbortSignal): Promise<void>;
}

const roundMs = 5_000;
/** Woken by every batch of examples, it still rests this long between two rounds. */
const leastMs = 500;
const sayAgainMs = 60_000;

/** Each round: is a training due, which jobs have no attempt left. */
export function triggerLoop(options: TriggerLoopOptions): TriggerLoop {
  const { store, settings, clock, logger } = options;
  const modelName = settings.training.model_name;
  let woken = new AbortController();
  const said = new Map<ModelType, { readonly text: string; readonly at: number }>();

  const say = (
    decision: TriggerDecision & { readonly kind: 'not_yet' },
    facts: LineFacts,
    modelType: ModelType,
  ) => {
    const changed = decision.because.replace(/\d+/g, '#');
    const before = said.get(modelType);
    if (facts.newExamples === 0 && changed === before?.text) return;
    if (changed === before?.text && clock.now() - before.at < sayAgainMs) return;
    said.set(modelType, { text: changed, at: clock.now() });
    const line = { model_name: modelName, model_type: modelType };
    logger.info('no training yet', { ...line, because: decision.because });
  };

  const look = async (modelType: ModelType) => {
    const facts = await store.read((sql) => triggerFacts(sql, { modelName, modelType }));
    const decision = trigger(facts, settings.training);
    if (decision.kind === 'not_yet') {
      say(decision, facts, modelType);
      return;
    }
    const traceparent = await store.read((sql) => firstTraceparent(sql, facts.firstReady));
    const job = {
      ...triggeredJob({ modelName, modelType }, decision.reason, facts),
      traceparent,
    };
    const [queued] = await store.transaction((tx) =>
      queueJobs(tx, [job], settings.training.max_attempts),
    );
    if (queued?.kind === 'new')
      logger.info('training queued', {
        job_id: job.jobId,
        model_type: modelType,
        reason: job.reason,
        trace_id: traceparent?.split('-')[1],
      });
  };

  const round = async () => {
    for (const jobId of await store.read(reapExhausted)) {
      logger.error('training failed: no attempt is left', { job_id: jobId });
    }
    for (const modelType of settings.training.automatic) await look(modelType);
  };

  return {
    wake: () => woken.abort(),
    run: async (signal) => {
      while (!signal.aborted) {
        woken = new AbortController();
        try {
          await round();
        } catch (error) {
          if (!(error instanceof TransientError)) throw error;
          logger.warning('the trigger waits for the database', { error_code: error.code });
        }
        await clock.sleep(leastMs, signal);
        await clock.sleep(roundMs, AbortSignal.any([signal, woken.signal]));
      }
    },
  };
}

function triggeredJob(
  { modelName, modelType }: { readonly modelName: string; readonly modelType: ModelType },
  reason: string,
  facts: LineFacts,
): Omit<NewJob, 'traceparent'> {
  const requestId = `trigger ${facts.firstReady ?? ''}`;
  return {
    jobId: jobIdOf(requestId, modelName, modelType),
    requestId,
    modelName,
    modelType,
    kind: 'training',
    cause: 'trigger',
    reason,
    scope: {},
    techniques: null,
    overrides: {},
  };
}
