import type { MaskedLmPlaces } from '@millrace/augmentor';
import { openBackend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import {
  type Ablation,
  type AblationArm,
  ablate,
  allCopies,
  requireTrainable,
} from '@millrace/trainer';
import { prepareDataset } from '../prepare.ts';
import type { RunProgress } from '../run-progress.ts';
import type { TranslatorOptions } from '../steps/gate-translator.ts';
import { appendAblation } from './ablation-file.ts';

export interface AblateSessionsOptions extends TranslatorOptions {
  /** A file of session documents (JSONL or an array, plain or gzip), or the documents themselves. */
  readonly data: string | readonly unknown[];
  readonly settings: Settings;
  readonly source: string;
  readonly baseFolder: string;
  /** Without it wasm computes. */
  readonly tensorflowFolder: string | null;
  /** The masked language model of contextual substitution, when the settings name one. */
  readonly maskedLm?: MaskedLmPlaces | null | undefined;
  /** Of `augmentation.techniques`, those to ablate; all unless given. */
  readonly techniques?: readonly string[] | undefined;
  /** Steps of each training at most, 50 unless given. */
  readonly maxSteps?: number | undefined;
  /** Folds, 3 unless given. */
  readonly nSplits?: number | undefined;
  /** Copies that the augmentor does not make, of the originals that it is given: your own technique, judged like the others. */
  readonly furtherArms?: (originals: readonly PairExample[]) => readonly AblationArm[];
  readonly onProgress?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An ablation of the line in this process, on the training side of these sessions; it is kept (ablation-file.ts), and later
 * runs of this line train with what it came to.
 * @throws UserError when the dataset breaks a limit, has fewer users than folds, or no technique has a copy
 */
export async function ablateSessions(options: AblateSessionsOptions): Promise<Ablation> {
  const { settings, techniques, maxSteps, nSplits, onProgress = () => {}, signal } = options;
  const wanted = settings.augmentation.techniques.filter(
    (name) => techniques === undefined || techniques.includes(name),
  );
  const augmentation = { ...settings.augmentation, techniques: wanted };
  const { dataset, revisions } = await prepareDataset({
    ...options,
    settings: { ...settings, augmentation },
    copies: allCopies(augmentation),
    encoder: { folder: options.baseFolder, libraryFolder: options.tensorflowFolder },
    onProgress,
  });
  requireTrainable(dataset, false);
  const originals = dataset.train.filter(({ parentId }) => parentId === null);
  const arms = wanted.map((technique) => ({
    technique,
    copies: dataset.train.filter((example) => example.technique === technique),
  }));
  const backend = await openBackend(
    options.tensorflowFolder === null ? {} : { libraryFolder: options.tensorflowFolder },
  );
  const made = await ablate({
    backend,
    baseFolder: options.baseFolder,
    originals,
    arms: [...arms, ...(options.furtherArms?.(originals) ?? [])],
    settings,
    seed: dataset.seed,
    overrides: {
      ...(maxSteps !== undefined && { max_steps: maxSteps }),
      ...(nSplits !== undefined && { n_splits: nSplits }),
    },
    onProgress: ({ phase, step, total_steps }) =>
      onProgress({ phase, done: step, total: total_steps, unit: 'steps' }),
    signal,
  });
  const ablation: Ablation = {
    made_at: new Date().toISOString(),
    model_name: settings.training.model_name,
    model_type: 'embedding',
    base: settings.embedding.embedding_model,
    dataset_sha256: dataset.datasetSha256,
    augmentor_revision: revisions.augmentor,
    ...made,
  };
  appendAblation(settings, ablation);
  return ablation;
}
