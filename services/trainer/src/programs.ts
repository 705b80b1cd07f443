import type { Settings } from '@millrace/shared/contracts/settings';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import { stageHandler } from '@millrace/shared/runtime/stage-loop';
import type { StageRuntime } from '@millrace/shared/runtime/stage-runtime';
import { type Running, runStages } from '@millrace/shared/runtime/worker';
import { runRunner } from './run/runner.ts';
import { triggerLoop } from './run/trigger-loop.ts';
import { examplesStage, requestStage } from './stage.ts';

/** What both programs are given. */
export interface TrainerService extends StageRuntime {
  readonly settings: Settings;
}

export interface RunnerService extends TrainerService {
  readonly models: ModelStore;
}

/** The scheduler: requests and new examples in, job rows out. Loads no model and no library that computes. */
export async function startScheduler(service: TrainerService): Promise<readonly Running[]> {
  const loop = triggerLoop(service);
  const stages = await runStages(
    [stageHandler(requestStage(service), service), stageHandler(examplesStage(loop.wake), service)],
    service,
  );
  return [stages, part(service, (signal) => loop.run(signal))];
}

export interface RunnerProgram {
  readonly once: boolean;
  /** The program that trains one job: file and arguments. */
  readonly program: readonly [string, ...string[]];
}

/** The runner: claims jobs and has each trained in a process of its own. */
export function startRunner(service: RunnerService, options: RunnerProgram): readonly Running[] {
  return [part(service, (signal) => runRunner({ ...service, ...options }, signal))];
}

/** A loop as a part of a service: stopped by a signal, failed when it throws, finished when it ends by itself. */
function part({ logger }: TrainerService, run: (signal: AbortSignal) => Promise<void>): Running {
  const stopping = new AbortController();
  const failure = Promise.withResolvers<unknown>();
  const finish = Promise.withResolvers<void>();
  const ended = run(stopping.signal).then(finish.resolve, (cause: unknown) => {
    logger.error('the trainer cannot go on', {}, cause);
    failure.resolve(cause);
  });
  return {
    failed: failure.promise,
    finished: finish.promise,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
