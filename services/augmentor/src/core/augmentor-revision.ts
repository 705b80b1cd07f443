import type { Settings } from '@millrace/shared/contracts/settings';
import { revisionOf } from '@millrace/shared/domain/revision';
import type { MessageLimits } from '@millrace/text';
import { asksMaskedLm, asksTranslator } from './session-draft.ts';

/** Raised when equal settings give other examples: code, tagger or the table of synonyms (its hash is pinned in a test). */
const codeVersion = 15;

/** SHA-256 of what each model that decides on copies reads, weights and all, by its part; null: none is used. */
export interface ModelDigests {
  readonly encoder: string | null;
  readonly maskedLm: string | null;
  readonly translator: string | null;
}

/** What the examples of a session depend on beside the session: the name of this behaviour. */
export function augmentorRevision(settings: Settings, models: ModelDigests): string {
  return revisionOf('augmentor', codeVersion, augmentorSettings(settings, models));
}

/** What the augmentor decides by, as it stands in `revisions`. Sides are stored at first sight, so the split is none of it. */
export function augmentorSettings(
  { augmentation, embedding, training, validation }: Settings,
  models: ModelDigests,
): {
  augmentation: Settings['augmentation'];
  /** Name of the model that copies are compared by; null: none. */
  encoder: string | null;
  /** SHA-256 of each model that is used, by its part: a name says nothing of the weights. */
  models: Readonly<Record<string, string>>;
  random_state: number;
  message_limits: Record<keyof MessageLimits, number>;
} {
  const { min_sequence_length, max_sequence_length, quality_threshold } = validation;
  const message_limits = { min_sequence_length, max_sequence_length, quality_threshold };
  const encoder = augmentation.gate.encoder ? embedding.embedding_model : null;
  return {
    augmentation,
    encoder,
    models: modelsInUse(augmentation, models),
    random_state: training.random_state,
    message_limits,
  };
}

/** A model that the settings do not use decides nothing, whoever knows its digest. */
export function modelsInUse(
  augmentation: Settings['augmentation'],
  models: ModelDigests,
): Readonly<Record<string, string>> {
  const used = {
    encoder: augmentation.gate.encoder ? models.encoder : null,
    masked_lm: asksMaskedLm({ augmentation }) ? models.maskedLm : null,
    translator: asksTranslator({ augmentation }) ? models.translator : null,
  };
  return Object.fromEntries(
    Object.entries(used).flatMap(([part, sha256]) => (sha256 === null ? [] : [[part, sha256]])),
  );
}
