import type { RoundTrip, TranslatorPlaces } from '@millrace/augmentor';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { RunProgress } from './run-progress.ts';

type TranslatorFolders = Pick<TranslatorPlaces, 'there' | 'back'>;

/** How a pipeline works. The names of the document (`output_dir`) and of TypeScript (`outputDir`) mean the same. */
export interface PipelineOptions {
  readonly output_dir?: string;
  readonly outputDir?: string;
  readonly n_splits?: number;
  readonly nSplits?: number;
  readonly random_state?: number;
  readonly randomState?: number;
  readonly models_root_dir?: string;
  readonly modelsRootDir?: string;
  /** Everything else that a settings file can say; the options above win over it. */
  readonly settings?: Settings;
  /** Folder of the base model; default: `<models_root_dir>/<embedding_model>`. */
  readonly baseFolder?: string;
  /** Folder of the language model to begin with; default: `<models_root_dir>/<llm.base_model>`. */
  readonly llmFolder?: string;
  /** Folder with a built TensorFlow addon and its libraries; without it wasm computes. */
  readonly tensorflowFolder?: string;
  /** Where back-translations come from, when the settings name that technique and a server. */
  readonly translate?: RoundTrip | null;
  /** Folders of the models of back-translation, when the settings name two; default: both below `models_root_dir`. */
  readonly translatorFolders?: TranslatorFolders;
  /** Folder of the masked language model, when the settings name one; default: `<models_root_dir>/<augmentation.contextual.masked_lm>`. */
  readonly maskedLmFolder?: string;
  readonly onProgress?: (progress: RunProgress) => void;
}

export interface ResolvedOptions {
  readonly settings: Settings;
  readonly outputDir: string;
  readonly baseFolder: string | null;
  readonly llmFolder: string | null;
  readonly tensorflowFolder: string | null;
  readonly translate: RoundTrip | null;
  readonly translatorFolders: TranslatorFolders | null;
  readonly maskedLmFolder: string | null;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Defaults filled in, both spellings read. @throws UserError (exit 2) for a value that cannot be used */
export function resolveOptions(options: PipelineOptions): ResolvedOptions {
  const base = options.settings ?? settingsSchema.parse({});
  const splits = options.nSplits ?? options.n_splits ?? base.training.n_splits;
  const seed = options.randomState ?? options.random_state ?? base.training.random_state;
  const root = options.modelsRootDir ?? options.models_root_dir ?? base.storage.models_root_dir;
  const outputDir = options.outputDir ?? options.output_dir ?? base.storage.output_dir;
  const parsed = settingsSchema.safeParse({
    ...base,
    training: { ...base.training, n_splits: splits, random_state: seed },
    storage: { ...base.storage, models_root_dir: root, output_dir: outputDir },
  });
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    throw new UserError('MILLRACE_INPUT_SETTINGS', problems.join('\n'), { exitCode: 2 });
  }
  const maskedLm = parsed.data.augmentation.contextual.masked_lm;
  const { models } = parsed.data.augmentation.back_translation;
  return {
    settings: parsed.data,
    outputDir,
    baseFolder:
      options.baseFolder ??
      (root === undefined ? null : `${root}/${parsed.data.embedding.embedding_model}`),
    llmFolder:
      options.llmFolder ?? (root === undefined ? null : `${root}/${parsed.data.llm.base_model}`),
    tensorflowFolder: options.tensorflowFolder ?? null,
    translate: options.translate ?? null,
    translatorFolders:
      options.translatorFolders ??
      (root === undefined || models === null
        ? null
        : { there: `${root}/${models.there}`, back: `${root}/${models.back}` }),
    maskedLmFolder:
      options.maskedLmFolder ??
      (root === undefined || maskedLm === null ? null : `${root}/${maskedLm}`),
    onProgress: options.onProgress ?? (() => {}),
  };
}
