import { foreignPart, letterCount } from '@millrace/text/language';
import { type Check, finding } from '../check.ts';

/** Share of the letters that were judged from which on the session itself is in another language. */
const sessionShare = 0.6;

/**
 * `other_language`: a message, or a good part of it, is in none of `languages`; noted, the value is the language. A session
 * mainly in another one is one finding that rejects. A message too short to tell counts for neither side. `any` switches it off.
 */
export const language: Check = ({ messages }, { validation }) => {
  const { languages } = validation;
  if (messages === null || languages.includes('any')) return [];
  const judged = messages.map(({ index, prose }) => ({
    index,
    letters: letterCount(prose),
    foreign: foreignPart(prose, languages),
  }));
  const found = judged.filter(({ foreign }) => foreign !== null);
  if (found.length === 0) return [];
  const sum = (of: typeof judged) => of.reduce((letters, one) => letters + one.letters, 0);
  const share =
    sum(found) / sum(judged.filter(({ letters, foreign }) => foreign !== null || letters >= 20));
  const threshold = languages.join(' ');
  if (share > sessionShare && found.length > 1) {
    const [most] = [...found].sort((a, b) => b.letters - a.letters);
    const value = most?.foreign?.language ?? null;
    return [finding('other_language', { action: 'reject', value, threshold })];
  }
  return found.map(({ index, foreign }) =>
    finding('other_language', {
      action: 'note',
      messageIndex: index,
      value: foreign?.language ?? null,
      threshold,
    }),
  );
};
