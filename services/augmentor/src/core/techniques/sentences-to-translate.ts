/**
 * Translators are made for sentences: of more they lose some and make up others. So each goes alone, and comes back to its
 * own place: what is lost or made up stays within one, and the blanks between them are never sent.
 */
import { protectedRuns } from '@millrace/text';
import type { Reading } from '@millrace/text/tokens';
import { hasWords, type Masked, masked, unmasked } from './back-translation.ts';

/**
 * UTF-16 units of a sentence that is sent, at most: what is longer is no sentence but a list, or code. None of 8,066 of STAR
 * and 17,341 of Topical-Chat is, and 1 of 14,282 of Ubuntu IRC.
 */
const longestSentence = 400;

/** A stretch of a text: `sent` is what goes to the translator for it, null for what stays as it is. */
export interface Part {
  readonly text: string;
  readonly sent: Masked | null;
}

/** A text as parts that make it up: sentences, and what stands between them. */
export function sentencesToTranslate({ text, sentences }: Reading): readonly Part[] {
  const runs = protectedRuns(text);
  const parts: Part[] = [];
  let at = 0;
  let next = 0;
  for (const { start, end } of sentences) {
    if (at < start) parts.push({ text: text.slice(at, start), sent: null });
    const own: { start: number; end: number }[] = [];
    for (let run = runs[next]; run !== undefined && run.start < end; run = runs[++next])
      own.push({ start: run.start - start, end: run.end - start });
    const sentence = text.slice(start, end);
    parts.push({ text: sentence, sent: sendable(masked(sentence, own)) });
    at = end;
  }
  if (at < text.length) parts.push({ text: text.slice(at), sent: null });
  return parts;
}

function sendable(mask: Masked | null): Masked | null {
  if (mask === null || mask.text.length > longestSentence) return null;
  return hasWords(mask) ? mask : null;
}

/**
 * The text with the translations in their places; null when none came back whole. A sentence without one stays as it is: it
 * was too long, the translator refused it, lost a word that stood for something, or made lines of it.
 */
export function withTranslations(
  parts: readonly Part[],
  translationOf: (sentence: string) => string | null,
): string | null {
  const answers = parts.map(({ sent }) => sent && whole(translationOf(sent.text), sent));
  if (answers.every((answer) => answer === null)) return null;
  return parts.map(({ text }, i) => answers[i] ?? text).join('');
}

function whole(translation: string | null, sent: Masked): string | null {
  const answer = translation?.trim() ?? '';
  return answer === '' || /[\n\r\u2028\u2029]/.test(answer) ? null : unmasked(answer, sent);
}
