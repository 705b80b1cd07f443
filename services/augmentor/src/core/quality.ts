import {
  type MessageLimits,
  messageFlaw,
  nameSpans,
  negations,
  normalise,
  protectedRuns,
  protectedSpans,
} from '@millrace/text';
import { turnsRound } from './quality/antonyms.ts';
import { isLessGrammatical } from './quality/grammar.ts';

const refusals = [
  'no_candidate',
  'unchanged',
  'protected_changed',
  'numbers_changed',
  'negation_changed',
  'pronouns_changed',
  'antonym',
  'too_short',
  'duplicate',
  'ungrammatical',
  'message_checks',
] as const;
export type Refusal = (typeof refusals)[number];

/** Words that a copy must keep: of less, nothing can be said to mean the same. */
const leastWords = 3;
const pronouns = new Set(
  `i me my mine you your yours he him his she her hers it its we us our ours they them their theirs`.split(
    ' ',
  ),
);

export interface CopyRules {
  /** Normalised texts of the session's other anchors and copies. */
  readonly known: ReadonlySet<string>;
  /** Those of received messages. */
  readonly limits: MessageLimits;
}

/**
 * Why a changed text is no sound copy, null when it is one. Reads both texts anew, so it does not rely on the technique.
 * `unchanged`: no word of it, whatever is of blanks and marks. `pronouns_changed`: somebody else acts or is spoken to, or nobody any
 * more (a translator loses them). `antonym`: the opposite of a word stands where it stood. `ungrammatical`: it has a fault that its original has not.
 * `message_checks`: it fails a check of messages that its original passes.
 */
export function refusalOf(
  original: string,
  copy: string,
  { known, limits }: CopyRules,
): Refusal | null {
  const key = normalise(copy);
  const before = originalContent(original);
  if (key === before.key) return 'unchanged';
  const after = contentOf(copy);
  if (after.signs === before.signs) return 'unchanged';
  if (before.numbers !== after.numbers) return 'numbers_changed';
  if (before.others !== after.others || before.runs !== after.runs) return 'protected_changed';
  if (before.negations !== after.negations) return 'negation_changed';
  if (before.pronouns !== after.pronouns) return 'pronouns_changed';
  if (turnsRound(missing(before.words, after.words), missing(after.words, before.words)))
    return 'antonym';
  if (after.words.length < leastWords) return 'too_short';
  if (known.has(key)) return 'duplicate';
  if (isLessGrammatical(original, copy)) return 'ungrammatical';
  if (messageFlaw(copy, limits) === null) return null;
  return messageFlaw(original, limits) === null ? 'message_checks' : null;
}

interface Content {
  readonly text: string;
  /** Normalised. */
  readonly key: string;
  /** Protected content byte for byte, in order. */
  readonly numbers: string;
  readonly others: string;
  /** Names, and all protected content with neighbours joined: no word goes into `Cactus Club`, none out of `San Diego to Rome`. */
  readonly runs: string;
  readonly negations: string;
  /** In order, lower case. */
  readonly pronouns: string;
  /** Letters and digits only, lower case. */
  readonly signs: string;
  /** Lower case. */
  readonly words: readonly string[];
}

/** Of the original that was read last: it is held against several copies, one after another. */
let last: Content | undefined;

function originalContent(text: string): Content {
  if (last?.text !== text) last = contentOf(text);
  return last;
}

function contentOf(text: string): Content {
  const numbers: string[] = [];
  const others: string[] = [];
  for (const { kind, start, end } of protectedSpans(text)) {
    (kind === 'number' ? numbers : others).push(text.slice(start, end));
  }
  const key = normalise(text);
  const words = key.match(/\p{L}+/gu) ?? [];
  return {
    text,
    key,
    numbers: JSON.stringify(numbers),
    others: JSON.stringify(others),
    runs: JSON.stringify(
      [protectedRuns(text), nameSpans(text)].map((spans) =>
        spans.map(({ start, end }) => text.slice(start, end)),
      ),
    ),
    negations: negations(text).join(' '),
    pronouns: words.filter((word) => pronouns.has(word)).join(' '),
    signs: key.replace(/[^\p{L}\p{N}]+/gu, ''),
    words,
  };
}

/** Words of the first text that the second has fewer of. */
function missing(words: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const word of others) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}
