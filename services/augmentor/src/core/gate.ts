import type { Settings } from '@millrace/shared/contracts/settings';

export type GateLimits = Omit<Settings['augmentation']['gate'], 'encoder'>;

/** Why the encoder refuses a copy: it says something else, or it says nothing new. */
export type GateRefusal = 'too_far' | 'too_close';

/**
 * Whether a copy lies in the band around its original, both ends included; null when it does, or when nobody measured.
 * A change behind the last token that the encoder reads leaves the cosine at 1: too close.
 */
export function gateRefusalOf(
  similarity: number | null,
  { min_similarity, max_similarity }: GateLimits,
): GateRefusal | null {
  if (similarity === null) return null;
  if (!(similarity >= min_similarity)) return 'too_far';
  return similarity > max_similarity ? 'too_close' : null;
}
