import { ablateSessions, ablationFile, readAblations, standingVerdicts } from '@millrace/pipeline';
import { readSettings } from '@millrace/shared/adapters/files/settings';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { gateMaskedLm } from '../fleet/gate-masked-lm.ts';
import { gateTranslator } from '../fleet/gate-translator.ts';
import { trainerAssets } from '../fleet/trainer-assets.ts';
import { ablateInFleet } from './ablate-in-fleet.ts';
import type { AblateVerbOptions } from './ablate-options.ts';
import { ablationText } from './ablation-text.ts';
import { showStanding } from './show-standing.ts';

/** `millrace ablate FILE`: trains with and without each technique, in this process; `--show`: what stands. */
export async function runAblate(
  terminal: Terminal,
  file: string | undefined,
  options: AblateVerbOptions,
): Promise<void> {
  const { conduct, say, signal } = terminal;
  const settings = withOptions(
    readSettings(conduct.variables['MILLRACE_CONFIG'] || undefined),
    options,
  );
  refuseUnknown(options.technique ?? [], settings);
  if (options.fleet) return await ablateInFleet(terminal, settings, options);
  if (options.show)
    return showStanding(terminal, settings, {
      verdicts: standingVerdicts(readAblations(settings)),
      json: options.json ?? false,
    });
  if (file === undefined) {
    throw new UserError(
      'MILLRACE_INPUT_FILE',
      'name a file of sessions, or give --show or --fleet',
      {
        exitCode: exitCodes.usage,
      },
    );
  }
  const { baseFolder, tensorflowFolder } = await trainerAssets(conduct, settings, say);
  const maskedLm = await gateMaskedLm(terminal, settings);
  const { translate, translator } = await gateTranslator(terminal, settings);
  const progress = terminal.progress();
  const ablation = await ablateSessions({
    data: file,
    settings,
    source: options.source,
    baseFolder,
    tensorflowFolder,
    maskedLm,
    translate,
    translator,
    techniques: options.technique,
    maxSteps: options.maxSteps,
    nSplits: options.folds,
    onProgress: ({ phase, done, total, unit }) =>
      progress.update({ label: phase, done, total, unit }),
    signal,
  }).finally(() => progress.end());
  if (options.json) terminal.data(JSON.stringify(ablation, null, 2));
  else terminal.data(ablationText(ablation));
  say(`later runs of ${settings.training.model_name}/embedding use it: ${ablationFile(settings)}`);
}

function refuseUnknown(names: readonly string[], { augmentation }: Settings): void {
  const unknown = names.filter((name) => !augmentation.techniques.some((own) => own === name));
  if (unknown.length === 0) return;
  throw new UserError(
    'MILLRACE_INPUT_TECHNIQUE',
    `${unknown.join(', ')} is none of augmentation.techniques: ${augmentation.techniques.join(', ')}`,
    { exitCode: exitCodes.usage },
  );
}

function withOptions(settings: Settings, { seed, modelName }: AblateVerbOptions): Settings {
  return settingsSchema.parse({
    ...settings,
    training: {
      ...settings.training,
      ...(seed !== undefined && { random_state: seed }),
      ...(modelName !== undefined && { model_name: modelName }),
    },
  });
}
