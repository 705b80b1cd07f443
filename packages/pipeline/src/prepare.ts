import {
  asksMaskedLm,
  asksTranslator,
  augmentorRevision,
  type EncoderPlaces,
  type MaskedLmPlaces,
  modelDigests,
  modelsInUse,
} from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ChatExample, PairExample } from '@millrace/shared/domain/example';
import type { CleanSession } from '@millrace/shared/domain/session';
import { type CopyPolicy, type FreezeResult, freeze } from '@millrace/trainer';
import { validatorRevision } from '@millrace/validator';
import { lineOfDocument, type SessionVersions, sessionVersions } from './core/session-versions.ts';
import { sessionLines } from './read/session-lines.ts';
import type { RunProgress } from './run-progress.ts';
import { type Measured, measured } from './step-figures.ts';
import { type Augmented, augment, pairsOf } from './steps/augment.ts';
import { cleanSessions } from './steps/clean.ts';
import { gateEncoder } from './steps/gate-encoder.ts';
import { gateMaskedLm } from './steps/gate-masked-lm.ts';
import { gateTranslator, type TranslatorOptions } from './steps/gate-translator.ts';
import { type Judged, judge } from './steps/validate.ts';

export interface PrepareOptions extends TranslatorOptions {
  /** A file of session documents (JSONL or an array, plain or gzip), or the documents themselves. */
  readonly data: string | readonly unknown[];
  readonly settings: Settings;
  /** The publishing application: part of every id. */
  readonly source: string;
  /**
   * The model that copies are compared by; null where `augmentation.gate.encoder` is false, or where no copies are made and it
   * is not here: the revision, and so the dataset's hash, is then not that of a fleet that has it.
   */
  readonly encoder: EncoderPlaces | null;
  /** What an ablation of the line came to; none: not yet ablated. */
  readonly copies?: CopyPolicy;
  /** False: originals only. A language model learns from no copies, so none are made and compared for it; default true. */
  readonly makeCopies?: boolean;
  /** The masked language model of contextual substitution, when the settings name one. */
  readonly maskedLm?: MaskedLmPlaces | null | undefined;
  readonly onProgress?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Everything before the first model: sessions in, a frozen dataset out. */
export interface Prepared {
  readonly validation: Measured<{
    readonly versions: SessionVersions;
    readonly judged: readonly Judged[];
  }>;
  readonly cleaning: Measured<readonly CleanSession[]>;
  readonly augmentation: Measured<Augmented>;
  readonly dataset: FreezeResult<PairExample>;
  readonly revisions: { readonly validator: string; readonly augmentor: string };
  /** SHA-256 of each model that decided on copies, by its part. */
  readonly models: Readonly<Record<string, string>>;
}

/**
 * Validation, cleaning, augmentation and the freeze, in this process. A function of the documents, the settings and the
 * source: the fleet freezes the same dataset.
 * @throws UserError (exit 2) when the settings want copies compared and no model is given
 */
export async function prepareDataset(options: PrepareOptions): Promise<Prepared> {
  const { data, settings, source, signal, onProgress = () => {} } = options;
  onProgress({ phase: 'reading', done: 0, total: null, unit: 'sessions' });
  const validation = await measured(async () => {
    const lines = typeof data === 'string' ? sessionLines(data) : data.map(lineOfDocument);
    const versions = await sessionVersions(lines, source);
    signal?.throwIfAborted();
    return { versions, judged: judge(versions.newest, settings) };
  });
  const cleaning = await measured(() => cleanSessions(validation.value.judged));
  const total = cleaning.value.length;
  onProgress({ phase: 'augmenting', done: 0, total, unit: 'sessions' });
  const making = options.makeCopies === false ? withoutCopies(settings) : settings;
  const digests = modelDigests({
    encoder: settings.augmentation.gate.encoder ? options.encoder : null,
    maskedLm: asksMaskedLm(settings) ? (options.maskedLm ?? null) : null,
    translator: asksTranslator(settings) ? (options.translator ?? null) : null,
  });
  const encoder = gateEncoder(making, options.encoder, digests.encoder);
  const maskedLm = gateMaskedLm(making, options.maskedLm, digests.maskedLm);
  const { translate, close } = gateTranslator(making, options, digests.translator);
  const onSession = (done: number): void =>
    onProgress({ phase: 'augmenting', done, total, unit: 'sessions' });
  const augmentation = await measured(() =>
    augment(cleaning.value, { settings: making, encoder, translate, maskedLm, onSession, signal }),
  )
    .finally(() => encoder?.close())
    .finally(() => maskedLm?.close())
    .finally(close);
  signal?.throwIfAborted();
  const revisions = {
    validator: validatorRevision(settings),
    augmentor: augmentorRevision(settings, digests),
  };
  const dataset = freeze({
    modelType: 'embedding',
    examples: pairsOf(augmentation.value.examples),
    sides: augmentation.value.sides,
    settings,
    seed: settings.training.random_state,
    revisions,
    copies: options.copies ?? {},
  });
  const models = modelsInUse(settings.augmentation, digests);
  return { validation, cleaning, augmentation, dataset, revisions, models };
}

const withoutCopies = (settings: Settings): Settings => ({
  ...settings,
  augmentation: {
    ...settings.augmentation,
    techniques: [],
    gate: { ...settings.augmentation.gate, encoder: false },
  },
});

/** The chats of the same sessions, frozen as a dataset of their own. */
export function chatDataset(
  { augmentation, revisions }: Pick<Prepared, 'augmentation' | 'revisions'>,
  settings: Settings,
): FreezeResult<ChatExample> {
  return freeze({
    modelType: 'llm',
    examples: augmentation.value.examples.filter((example) => example.kind === 'chat'),
    sides: augmentation.value.sides,
    settings,
    seed: settings.training.random_state,
    revisions,
  });
}
