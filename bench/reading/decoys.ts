import type { Rng } from '@millrace/shared/domain/rng';
import { negations, protectedSpans } from '@millrace/text';
import { readText } from '@millrace/text/tokens';

/** A text changed for the worse in one place; null where it offers none. */
type Spoil = (text: string, random: Rng, words: WordsByPos) => string | null;
type WordsByPos = ReadonlyMap<string, readonly string[]>;

const contentTags = new Set(['NOUN', 'VERB', 'ADJ', 'ADV']);

/** Ways in which a copy is bad for certain: what tells whether a reader reads. */
export const spoils: Readonly<Record<string, Spoil>> = {
  /** Another content word of the corpus with the same part of speech. */
  swapped(text, random, words) {
    const token = pick(contentWords(text), random);
    if (token === undefined) return null;
    const other = pick(words.get(token.pos) ?? [], random);
    if (other === undefined || other === token.text) return null;
    return text.slice(0, token.start) + other + text.slice(token.end);
  },
  /** Its negation gone, or a number. */
  dropped(text, random) {
    const numbers = protectedSpans(text).filter(({ kind }) => kind === 'number');
    const nots = readText(text).tokens.filter(
      (token) => /^n['’]?t$/i.test(token.text) || negations(token.text).length > 0,
    );
    const gone = pick([...numbers, ...nots], random);
    if (gone === undefined) return null;
    return `${text.slice(0, gone.start).trimEnd()} ${text.slice(gone.end).trimStart()}`.trim();
  },
  doubled(text, random) {
    const token = pick(contentWords(text), random);
    if (token === undefined) return null;
    return `${text.slice(0, token.end)} ${token.text}${text.slice(token.end)}`;
  },
};

export function wordsByPos(texts: readonly string[]): WordsByPos {
  const words = new Map<string, string[]>();
  for (const text of texts)
    for (const { pos, text: word } of contentWords(text)) {
      const list = words.get(pos) ?? [];
      list.push(word);
      words.set(pos, list);
    }
  return words;
}

const contentWords = (text: string) =>
  readText(text).tokens.filter(
    ({ text: word, pos, fixed }) => !fixed && contentTags.has(pos) && /^[a-z]{4,}$/.test(word),
  );

const pick = <T>(list: readonly T[], random: Rng): T | undefined =>
  list[Math.floor(random() * list.length)];
