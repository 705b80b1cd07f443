import { type Check, finding } from '../check.ts';
import type { SessionView } from '../session-view.ts';

/** `few_unique_words`: fewer distinct words in the whole session than min_unique_words. Noted; it lowers the quality. */
export const vocabulary: Check = (session, { validation }) => {
  if (session.messages === null) return [];
  const value = uniqueWords(session).size;
  const threshold = validation.min_unique_words;
  return value < threshold
    ? [finding('few_unique_words', { action: 'note', value, threshold })]
    : [];
};

/** Distinct words of user and assistant: runs of letters, marks and digits, in lower case. */
export function uniqueWords({ messages }: SessionView): ReadonlySet<string> {
  const said = (messages ?? []).filter((m) => m.role === 'user' || m.role === 'assistant');
  return new Set(said.flatMap((m) => m.vocabulary));
}
