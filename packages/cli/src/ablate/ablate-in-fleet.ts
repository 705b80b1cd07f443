import { randomUUID } from 'node:crypto';
import { standingVerdicts } from '@millrace/pipeline';
import { trainingRequested } from '@millrace/shared/contracts/events';
import type { Settings } from '@millrace/shared/contracts/settings';
import { ablationsOf } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { followTraining } from '../train/follow-training.ts';
import { trainingRecord } from '../train/training-request.ts';
import type { AblateVerbOptions } from './ablate-options.ts';
import { ablationText } from './ablation-text.ts';
import { showStanding } from './show-standing.ts';

/** `millrace ablate --fleet`: an ablation as a job of the line, or with `--show` what stands for it. */
export async function ablateInFleet(
  terminal: Terminal,
  settings: Settings,
  options: AblateVerbOptions,
): Promise<void> {
  const { data, say, signal } = terminal;
  const modelName = settings.training.model_name;
  const line = { modelName, modelType: 'embedding' } as const;
  const json = options.json ?? false;
  await withFleet(terminal, async (fleet) => {
    if (options.show) {
      const verdicts = standingVerdicts(await ablationsOf(fleet.sql, line));
      return showStanding(terminal, settings, { verdicts, json });
    }
    const request = trainingRequested.parse({
      request_id: `cli-${randomUUID()}`,
      kind: 'ablation',
      model_name: modelName,
      ...(options.technique !== undefined && { techniques: options.technique }),
      overrides: {
        ...(options.maxSteps !== undefined && { max_steps: options.maxSteps }),
        ...(options.folds !== undefined && { n_splits: options.folds }),
        ...(options.seed !== undefined && { random_state: options.seed }),
      },
    });
    await fleet.bus.publish([trainingRecord(request, Date.now())]);
    say(`requested as ${request.request_id}`);
    if (!options.wait) return data(json ? JSON.stringify(request) : request.request_id);
    const progress = terminal.progress();
    const jobs = await followTraining(fleet, { requestId: request.request_id, progress, signal });
    const newest = (await ablationsOf(fleet.sql, line)).at(-1);
    const failed = jobs.find((job) => job.state !== 'succeeded');
    if (failed !== undefined || newest === undefined) {
      say(`${failed?.state ?? 'gone'}, ${failed?.error_code}: ${failed?.error_message}`);
      process.exitCode = exitCodes.failed;
    } else data(json ? JSON.stringify(newest, null, 2) : ablationText(newest));
  });
}
