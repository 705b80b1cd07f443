import type { Settings } from '@millrace/shared/contracts/settings';
import { revisionOf } from '@millrace/shared/domain/revision';

/** Raised when equal settings give other examples: code, tagger or the table of synonyms (its hash is pinned in a test). */
const codeVersion = 1;

/** What the examples of a session depend on beside the session: the name of this behaviour. */
export function augmentorRevision(settings: Settings): string {
  return revisionOf('augmentor', codeVersion, augmentorSettings(settings));
}

/** The settings that the augmentor decides by. Sides are stored at first sight, so the split is none of them. */
export function augmentorSettings({ augmentation, training }: Settings): {
  augmentation: Settings['augmentation'];
  random_state: number;
} {
  return { augmentation, random_state: training.random_state };
}
