import type { Settings } from '@millrace/shared/contracts/settings';
import { revisionOf } from '@millrace/shared/domain/revision';
import type { MessageLimits } from '@millrace/text';

/** Raised when equal settings give other examples: code, tagger or the table of synonyms (its hash is pinned in a test). */
const codeVersion = 7;

/** What the examples of a session depend on beside the session: the name of this behaviour. */
export function augmentorRevision(settings: Settings): string {
  return revisionOf('augmentor', codeVersion, augmentorSettings(settings));
}

/** The settings that the augmentor decides by. Sides are stored at first sight, so the split is none of them. */
export function augmentorSettings({ augmentation, embedding, training, validation }: Settings): {
  augmentation: Settings['augmentation'];
  /** Name of the model that copies are compared by; null: none. */
  encoder: string | null;
  random_state: number;
  message_limits: Record<keyof MessageLimits, number>;
} {
  const { min_sequence_length, max_sequence_length, quality_threshold } = validation;
  const message_limits = { min_sequence_length, max_sequence_length, quality_threshold };
  const encoder = augmentation.gate.encoder ? embedding.embedding_model : null;
  return { augmentation, encoder, random_state: training.random_state, message_limits };
}
