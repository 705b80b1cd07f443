import type { Finding } from '@millrace/shared/domain/finding';
import { similarity } from '@millrace/text';
import { type Check, finding } from '../check.ts';
import type { MessageView } from '../session-view.ts';

/** Of what two messages have in common, in order; a typo, a word more or less. */
const leastSimilarity = 0.85;
/** Shorter ones are alike by nature (`yes please`, `yes, please`). */
const leastWords = 5;
/** Longer ones are compared by their beginning: the comparison's cost grows with the square. */
const mostCharacters = 2000;
/** Share of the words, but two at least, that one of them may have and the other not. */
const mostNewWords = 0.1;
/** Messages that a word points to: with more, it is common and the latest ones stand for it. */
const mostPostings = 12;
/** Words of a message that look for others. */
const mostWords = 64;

/**
 * `near_dup_message`: a message that nearly repeats an earlier one of the session; equal ones are `dup_message`. The value is
 * the earlier one's index. Other figures (`at 5 pm`, `at 6 pm`) or another word in the same place (`to Rome`, `to Oslo`) make
 * another message. Words point to candidates, so a thousand messages cost a few thousand comparisons.
 */
export const nearDuplicates: Check = ({ messages }) => {
  const byWord = new Map<string, number[]>();
  const compared = new Map<number, Compared>();
  return (messages ?? []).flatMap((message): Finding[] => {
    const { index, sameAs, vocabulary } = message;
    if (sameAs === null || vocabulary.length < leastWords) return [];
    const known = new Set(vocabulary);
    const words = [...known].slice(0, mostWords);
    const own = { message, known };
    const shared = new Map<number, number>();
    for (const word of words)
      for (const earlier of byWord.get(word) ?? [])
        shared.set(earlier, (shared.get(earlier) ?? 0) + 1);
    const latest = [...shared].filter(([, common]) => 2 * common >= words.length);
    const found = latest
      .sort(([a], [b]) => b - a)
      .find(([earlier]) => isNear(own, compared.get(earlier)))?.[0];
    compared.set(index, own);
    for (const word of words) {
      const postings = byWord.get(word) ?? [];
      postings.push(index);
      if (postings.length > mostPostings) postings.shift();
      byWord.set(word, postings);
    }
    if (found === undefined) return [];
    const of = { messageIndex: index, value: found, threshold: leastSimilarity };
    return [finding('near_dup_message', { action: 'note', ...of })];
  });
};

interface Compared {
  readonly message: MessageView;
  /** Its words, each once. */
  readonly known: ReadonlySet<string>;
}

function isNear(a: Compared, b: Compared | undefined): boolean {
  if (b === undefined || a.message.sameAs === b.message.sameAs) return false;
  const onlyA = a.message.vocabulary.filter((word) => !b.known.has(word));
  const onlyB = b.message.vocabulary.filter((word) => !a.known.has(word));
  if (onlyA.some(isFigure) && onlyB.some(isFigure)) return false;
  const [textA, textB] = [a, b].map(
    ({ message }) => message.sameAs?.slice(0, mostCharacters) ?? '',
  );
  if (similarity(textA ?? '', textB ?? '', leastSimilarity) < leastSimilarity) return false;
  // a word in the place of another one makes another message, unless it is that one with a slip
  const slips = (words: string[], others: string[]) =>
    words.every((word) => others.some((other) => isSlip(word, other)));
  if (onlyA.length > 0 && onlyB.length > 0) return slips(onlyA, onlyB) || slips(onlyB, onlyA);
  return onlyA.length + onlyB.length <= Math.max(2, a.message.vocabulary.length * mostNewWords);
}

const isFigure = (word: string): boolean => /\d/.test(word);

/** One letter more, less, doubled or other, two swapped; `to` as `2`. */
function isSlip(a: string, b: string): boolean {
  if (isFigure(a) !== isFigure(b)) return a.length + b.length <= 5;
  const least = 1 - 2 / (a.length + b.length);
  return a.length + b.length > 4 && similarity(a, b, least) >= least;
}
