import { stripHtml } from './html.ts';
import { repairMojibake } from './mojibake.ts';
import { findSensitive } from './sensitive.ts';
import { textQuality } from './text-quality.ts';
import { vocabularyOf, wordsOf } from './words.ts';

/** The limits that a single message has, by their settings' names. */
export interface MessageLimits {
  readonly min_sequence_length: number;
  readonly max_sequence_length: number;
  readonly quality_threshold: number;
}

type MessageFlaw = 'too_short' | 'too_long' | 'low_quality' | 'damaged' | 'sensitive';

/**
 * The first check of messages that a text by itself fails, null for a sound one: its length in words, its quality, an
 * encoding or markup that would be repaired, personal data or a secret that would be redacted. What augmented copies must
 * pass as received messages do.
 */
export function messageFlaw(text: string, limits: MessageLimits): MessageFlaw | null {
  const words = wordsOf(text).length;
  if (words < limits.min_sequence_length) return 'too_short';
  if (words > limits.max_sequence_length) return 'too_long';
  if (textQuality(text, vocabularyOf(text)) < limits.quality_threshold) return 'low_quality';
  if (repairMojibake(text) !== text || stripHtml(text).text !== text) return 'damaged';
  return findSensitive(text).length > 0 ? 'sensitive' : null;
}
