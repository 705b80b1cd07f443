import { foreignPart, letterCount } from '@millrace/text/language';
import { type Check, finding } from '../check.ts';

/** Share of the letters that were judged from which on the session itself is in another language. */
const sessionShare = 0.6;
/** A shorter message tells nothing. */
const leastLetters = 20;

/**
 * `other_language`: a message, or a good part of it, is in none of `languages`; noted, the value is the language. A session
 * mainly in another one is one finding that rejects. A message too short to tell counts for neither side. `any` switches it off.
 */
export const language: Check = ({ messages }, { validation }) => {
  const { languages } = validation;
  if (messages === null || languages.includes('any')) return [];
  const judged = messages.map(({ index, prose }) => {
    const foreign = foreignPart(prose, languages);
    return { index, prose, language: foreign?.language ?? null };
  });
  const found = judged.filter((one) => one.language !== null);
  if (found.length === 0) return [];
  const lettersOf = (all: typeof judged) =>
    all
      .map((one) => ({ ...one, letters: letterCount(one.prose) }))
      .filter((one) => one.language !== null || one.letters >= leastLetters)
      .sort((a, b) => b.letters - a.letters);
  const sum = (all: ReturnType<typeof lettersOf>) => all.reduce((n, one) => n + one.letters, 0);
  const foreign = lettersOf(found);
  const share = sum(foreign) / sum(lettersOf(judged));
  const threshold = languages.join(' ');
  if (share > sessionShare && found.length > 1) {
    const value = foreign[0]?.language ?? null;
    return [finding('other_language', { action: 'reject', value, threshold })];
  }
  return found.map(({ index, language: value }) =>
    finding('other_language', { action: 'note', messageIndex: index, value, threshold }),
  );
};
