import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBackend } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import { copyPolicyOf, requireTrainable, standingVerdicts } from '@millrace/trainer';
import { readAblations } from './ablation/ablation-file.ts';
import { countBy } from './core/count-by.ts';
import { prepareDataset } from './prepare.ts';
import type { PipelineResults } from './results.ts';
import { type PipelineOptions, type ResolvedOptions, resolveOptions } from './run-options.ts';
import { figuresOf, measured } from './step-figures.ts';
import { augmentationStep } from './steps/augment.ts';
import { cleaningStep } from './steps/clean.ts';
import { crossValidate } from './steps/cross-validate.ts';
import { featureStep } from './steps/features.ts';
import { train } from './steps/train.ts';
import { judgedSession, validationStep } from './steps/validate.ts';

export interface RunOptions {
  /** A file of session documents (JSONL or an array, plain or gzip), or the documents themselves. */
  readonly data: string | readonly unknown[];
  readonly model_type: 'embedding' | 'llm' | 'all';
  /** Names this run in its results. */
  readonly session_id?: string;
  /** The publishing application: part of every id. `cli` when not given, as for the `publish` verb. */
  readonly source?: string;
  /** Train although the dataset breaks a limit; recorded. */
  readonly force?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * The seven steps in one process: validation, cleaning, augmentation, feature engineering, cross-validation, training,
 * reporting. No broker and no database; the same cores as the services, so the same file, settings and seed freeze the
 * same dataset here and there.
 */
export class DataSciencePipeline {
  readonly #options: ResolvedOptions;

  constructor(options: PipelineOptions = {}) {
    this.#options = resolveOptions(options);
  }

  /**
   * Runs all steps and writes `results.json`, the dataset's manifest and `model/embedding/` into the output folder.
   * @throws UserError when the data cannot be read, or breaks a limit and `force` is not given
   */
  async runPipeline(run: RunOptions): Promise<PipelineResults> {
    requireKnownModel(run.model_type);
    const { settings, outputDir, onProgress } = this.#options;
    const { source = 'cli', signal } = run;
    const timestamp = new Date().toISOString();
    const seed = settings.training.random_state;

    const baseFolder = this.#baseFolder();
    const { tensorflowFolder } = this.#options;
    const encoder = { folder: baseFolder, libraryFolder: tensorflowFolder };
    const ablated = standingVerdicts(readAblations(settings));
    const copies = copyPolicyOf(ablated);
    const prepared = await prepareDataset({
      ...run,
      settings,
      source,
      encoder,
      copies,
      onProgress,
    });
    const { validation, cleaning, augmentation, dataset, revisions } = prepared;
    requireTrainable(dataset, run.force ?? false);
    const { versions, judged } = validation.value;
    const { examples } = augmentation.value;
    const features = await measured(() => featureStep(examples, figuresOf(augmentation)));

    const backend = await openBackend(
      tensorflowFolder === null ? {} : { libraryFolder: tensorflowFolder },
    );
    const common = { backend, baseFolder, settings, onProgress, signal };
    const crossValidation = await measured(() =>
      crossValidate({ ...common, frozen: dataset, versions: versions.newest }),
    );
    const outFolder = path.join(outputDir, 'model', 'embedding');
    rmSync(outFolder, { recursive: true, force: true });
    mkdirSync(path.dirname(outFolder), { recursive: true });
    const training = await measured(() => train({ ...common, dataset, outFolder, revisions }));

    const reported = judged.map(judgedSession);
    const results: PipelineResults = {
      timestamp,
      model_type: 'embedding',
      session_id: run.session_id ?? null,
      random_state: seed,
      source,
      steps: {
        validation: validationStep(
          {
            judged: reported,
            others: {
              duplicate: versions.duplicate,
              superseded: versions.superseded,
              dead: versions.dead.length,
            },
            deadBy: countBy(versions.dead, (code) => code),
            settings,
            timestamp,
            revision: revisions.validator,
          },
          figuresOf(validation),
        ),
        cleaning: cleaningStep(reported, figuresOf(cleaning)),
        augmentation: augmentationStep(
          { ...augmentation.value, revision: revisions.augmentor, ablated },
          figuresOf(augmentation),
        ),
        feature_engineering: { ...features.value, ...figuresOf(features) },
        cross_validation: { ...crossValidation.value, ...figuresOf(crossValidation) },
        training: { embedding: training.value, ...figuresOf(training) },
      },
    };
    writeFileSync(path.join(outputDir, 'dataset.ndjson'), dataset.manifest);
    writeFileSync(path.join(outputDir, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    return results;
  }

  #baseFolder(): string {
    const { baseFolder } = this.#options;
    if (baseFolder !== null) return baseFolder;
    throw new UserError(
      'MILLRACE_INPUT_BASE_MODEL',
      'no base model: give models_root_dir, or run millrace models pull minilm',
      { exitCode: 2 },
    );
  }
}

function requireKnownModel(modelType: RunOptions['model_type']): void {
  if (modelType === 'embedding') return;
  throw new UserError(
    'MILLRACE_INPUT_MODEL_TYPE',
    `model_type ${modelType} cannot be trained by this version: use embedding`,
    { exitCode: 2 },
  );
}
