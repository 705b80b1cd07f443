import { existsSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BackendOptions, openBackend } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import { settingsRead, surroundingsOf, type TrainedModel } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { tensorflow } from '../fleet/trainer-assets.ts';
import { refuseOther } from '../models/fetch-model.ts';
import { listModels, type ModelRow } from '../models/model-rows.ts';
import { whichModel } from '../models/which-model.ts';
import { trainingStanding } from '../train/follow-training.ts';
import { folderDifferences } from './folder-differences.ts';
import { gatherTraining, requireStillThere } from './gather-training.ts';
import { inputDifferences, settingsDifferences } from './input-differences.ts';
import { type MetricDifference, type Reproduction, reproductionText } from './reproduction-text.ts';
import { trainAgain } from './train-again.ts';

interface ReproduceOptions {
  readonly keep?: string;
  readonly json?: boolean;
}

/**
 * `millrace reproduce MODEL`: trains a registered model again, here and in this process, and compares what comes of it with what is
 * registered. Writes no row: the model is neither a candidate nor a look at the holdout.
 */
export async function runReproduce(
  terminal: Terminal,
  wanted: string,
  { keep, json }: ReproduceOptions,
): Promise<void> {
  const kept = keep === undefined ? null : path.resolve(keep);
  if (kept !== null) refuseOther(kept);
  const scratch = mkdtempSync(path.join(tmpdir(), 'millrace-reproduce-'));
  try {
    const found = await reproduce(terminal, wanted, { scratch, kept });
    terminal.data(json ? JSON.stringify(found, null, 2) : reproductionText(found));
    if (!found.same) process.exitCode = exitCodes.failed;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Places {
  /** Goes when all is said. */
  readonly scratch: string;
  readonly kept: string | null;
}

const reproduce = (
  terminal: Terminal,
  wanted: string,
  { scratch, kept }: Places,
): Promise<Reproduction> =>
  withFleet(terminal, async ({ sql, settings: now }) => {
    const { say, signal } = terminal;
    const model = whichModel(await listModels(sql), wanted);
    const training = await gatherTraining(terminal, model, { sql, settings: now, scratch });
    const { inputs, baseFolder, championFolder, registered, settings, dataset } = training;
    const backend = await openBackend(await backendOptions(terminal));
    const differing = inputDifferences(inputs, surroundingsOf(baseFolder, backend));
    for (const { input } of differing) say(`${input} is not what it was`);
    const outFolder = kept ?? path.join(scratch, 'made');
    if (existsSync(outFolder)) rmdirSync(outFolder); // an empty one
    const progress = terminal.progress();
    const trained = await trainAgain({
      ...{ backend, baseFolder, championFolder, dataset, inputs, settings, outFolder, signal },
      looks: model.report.holdout_looks,
      onProgress: (standing) => progress.update(trainingStanding(standing)),
    })
      .catch((error: unknown) => {
        throw unreadable(error, baseFolder);
      })
      .finally(() => progress.end());
    try {
      await requireStillThere(sql, model, dataset);
    } catch (error) {
      rmSync(outFolder, { recursive: true, force: true });
      throw error;
    }
    return {
      model_id: model.model_id,
      dataset_sha256: model.dataset_sha256,
      seed: dataset.frozen.seed,
      steps: trained.losses.length,
      ...folderDifferences(registered, outFolder),
      inputs: differing,
      settings_not_used: settingsDifferences(inputs.settings, settingsRead(now)),
      metrics: metricDifferences(model, trained),
      folder: kept,
    };
  });

/** As the trainer's: the GPU's library comes first where there is one. */
async function backendOptions({ conduct, say }: Terminal): Promise<BackendOptions> {
  const libraryFolder = await tensorflow(conduct.variables['MILLRACE_TENSORFLOW'], say);
  const gpuLibraryFolder = conduct.variables['MILLRACE_TENSORFLOW_GPU'];
  return {
    ...(libraryFolder !== null && { libraryFolder }),
    ...(gpuLibraryFolder && { gpuLibraryFolder }),
  };
}

function metricDifferences(
  { metrics: registered }: ModelRow,
  { metrics: made }: TrainedModel,
): readonly MetricDifference[] {
  const models = new Set([...Object.keys(registered), ...Object.keys(made)]);
  return [...models].flatMap((model) => {
    const [was = {}, is = {}] = [registered[model], made[model]];
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((metric) =>
      was[metric] === is[metric]
        ? []
        : [{ model, metric, registered: was[metric] ?? null, made: is[metric] ?? null }],
    );
  });
}

/** The engine refuses a folder that is no model by a RangeError: a matter of the base, not of this program. */
function unreadable(error: unknown, baseFolder: string): unknown {
  if (!(error instanceof RangeError)) return error;
  return new UserError(
    'MILLRACE_INPUT_BASE_MODEL',
    `the base in ${baseFolder} cannot be trained: ${error.message}`,
    { exitCode: exitCodes.usage, cause: error },
  );
}
