import {
  type MessageLimits,
  messageFlaw,
  negations,
  normalise,
  protectedSpans,
} from '@millrace/text';

const refusals = [
  'no_candidate',
  'unchanged',
  'protected_changed',
  'numbers_changed',
  'negation_changed',
  'too_short',
  'duplicate',
  'message_checks',
] as const;
export type Refusal = (typeof refusals)[number];

/** Words that a copy must keep: of less, nothing can be said to mean the same. */
const leastWords = 3;

export interface CopyRules {
  /** Normalised texts of the session's other anchors and copies. */
  readonly known: ReadonlySet<string>;
  /** Those of received messages. */
  readonly limits: MessageLimits;
}

/**
 * Why a changed text is no sound copy, null when it is one. Reads both texts anew, so it does not rely on the technique.
 * `message_checks`: it fails a check of messages that its original passes.
 */
export function refusalOf(
  original: string,
  copy: string,
  { known, limits }: CopyRules,
): Refusal | null {
  if (normalise(copy) === normalise(original)) return 'unchanged';
  const before = contentOf(original);
  const after = contentOf(copy);
  if (before.numbers !== after.numbers) return 'numbers_changed';
  if (before.others !== after.others) return 'protected_changed';
  if (negations(original).join(' ') !== negations(copy).join(' ')) return 'negation_changed';
  if ((copy.match(/\p{L}+/gu)?.length ?? 0) < leastWords) return 'too_short';
  if (known.has(normalise(copy))) return 'duplicate';
  if (messageFlaw(copy, limits) === null) return null;
  return messageFlaw(original, limits) === null ? 'message_checks' : null;
}

/** Protected content byte for byte, in order. */
function contentOf(text: string): { numbers: string; others: string } {
  const numbers: string[] = [];
  const others: string[] = [];
  for (const { kind, start, end } of protectedSpans(text)) {
    (kind === 'number' ? numbers : others).push(text.slice(start, end));
  }
  return { numbers: JSON.stringify(numbers), others: JSON.stringify(others) };
}
