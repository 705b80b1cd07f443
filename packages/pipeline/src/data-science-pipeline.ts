import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openBackend } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import { copyPolicyOf, requireTrainable, standingVerdicts } from '@millrace/trainer';
import { readAblations } from './ablation/ablation-file.ts';
import { countBy } from './core/count-by.ts';
import { chatDataset, prepareDataset } from './prepare.ts';
import type { PipelineResults } from './results.ts';
import { type PipelineOptions, type ResolvedOptions, resolveOptions } from './run-options.ts';
import { figuresOf, measured } from './step-figures.ts';
import { augmentationStep } from './steps/augment.ts';
import { cleaningStep } from './steps/clean.ts';
import { crossValidate, notCrossValidated } from './steps/cross-validate.ts';
import { featureStep } from './steps/features.ts';
import { trainChats, trainPairs } from './steps/train.ts';
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
   * Runs all steps and writes `results.json`, the datasets' manifests and `model/embedding/`, `model/llm/` or both into the
   * output folder.
   * @throws UserError when the data cannot be read, or breaks a limit and `force` is not given
   */
  async runPipeline(run: RunOptions): Promise<PipelineResults> {
    const { settings, outputDir, translate, onProgress } = this.#options;
    const { source = 'cli', signal } = run;
    const timestamp = new Date().toISOString();
    const seed = settings.training.random_state;

    const trains = kindsOf(run.model_type);
    const baseFolder = trains.embedding ? this.#baseFolder('baseFolder') : null;
    const llmFolder = trains.llm ? this.#baseFolder('llmFolder') : null;
    const { tensorflowFolder } = this.#options;
    const ablated = standingVerdicts(readAblations(settings));
    const copies = copyPolicyOf(ablated);
    const prepared = await prepareDataset({
      ...run,
      settings,
      source,
      encoder: this.#encoder(baseFolder),
      maskedLm: this.#maskedLm(),
      copies,
      makeCopies: trains.embedding,
      translate,
      translator: this.#translator(),
      onProgress,
    });
    const { validation, cleaning, augmentation, dataset, revisions, models } = prepared;
    const chats = trains.llm ? chatDataset(prepared, settings) : null;
    if (baseFolder !== null) requireTrainable(dataset, run.force ?? false);
    if (chats !== null) requireTrainable(chats, run.force ?? false);
    const { versions, judged } = validation.value;
    const { examples } = augmentation.value;
    const features = await measured(() => featureStep(examples, figuresOf(augmentation)));

    const backend = await openBackend(
      tensorflowFolder === null ? {} : { libraryFolder: tensorflowFolder },
    );
    const common = { backend, settings, onProgress, signal, versions: versions.newest };
    const crossValidation = await measured(() =>
      baseFolder === null
        ? notCrossValidated(seed)
        : crossValidate({ ...common, baseFolder, frozen: dataset }),
    );
    const place = (name: string): string => {
      const folder = path.join(outputDir, 'model', name);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(path.dirname(folder), { recursive: true });
      return folder;
    };
    const training = await measured(async () => ({
      ...(baseFolder !== null && {
        embedding: await trainPairs({
          ...common,
          baseFolder,
          dataset,
          outFolder: place('embedding'),
          revisions,
        }),
      }),
      ...(chats !== null &&
        llmFolder !== null && {
          llm: await trainChats({
            ...common,
            baseFolder: llmFolder,
            dataset: chats,
            outFolder: place('llm'),
            revisions,
          }),
        }),
    }));

    const reported = judged.map(judgedSession);
    const results: PipelineResults = {
      timestamp,
      model_type: run.model_type,
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
          { ...augmentation.value, revision: revisions.augmentor, models, ablated },
          figuresOf(augmentation),
        ),
        feature_engineering: { ...features.value, ...figuresOf(features) },
        cross_validation: { ...crossValidation.value, ...figuresOf(crossValidation) },
        training: { ...training.value, ...figuresOf(training) },
      },
    };
    if (trains.embedding) writeFileSync(path.join(outputDir, 'dataset.ndjson'), dataset.manifest);
    if (chats !== null) {
      writeFileSync(path.join(outputDir, 'dataset-llm.ndjson'), chats.manifest);
    }
    writeFileSync(path.join(outputDir, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    return results;
  }

  /** Where no embedding model is trained none is needed; one that is here names the examples as in the fleet. */
  #encoder(baseFolder: string | null) {
    const { baseFolder: given, tensorflowFolder: libraryFolder } = this.#options;
    const folder = baseFolder ?? (given !== null && existsSync(given) ? given : null);
    return folder === null ? null : { folder, libraryFolder };
  }

  #maskedLm() {
    const { maskedLmFolder: folder, tensorflowFolder: libraryFolder } = this.#options;
    return folder === null ? null : { folder, libraryFolder };
  }

  #translator() {
    const { translatorFolders: folders, tensorflowFolder: libraryFolder } = this.#options;
    return folders === null ? null : { ...folders, libraryFolder };
  }

  #baseFolder(of: 'baseFolder' | 'llmFolder'): string {
    const folder = this.#options[of];
    if (folder !== null) return folder;
    const name = of === 'baseFolder' ? 'minilm' : 'smollm2';
    throw new UserError(
      'MILLRACE_INPUT_BASE_MODEL',
      `no base model: give models_root_dir, or run millrace models pull ${name}`,
      { exitCode: 2 },
    );
  }
}

const kindsOf = (modelType: RunOptions['model_type']) => ({
  embedding: modelType !== 'llm',
  llm: modelType !== 'embedding',
});
