import type { Token } from '@millrace/text/tokens';

/** Letters that two words of one family share: no `reserve a reservation`. A word of four has its longer kin: no `book a booking`. */
const [shared, short] = [5, 4];

/** Says how many of the tokens are of one family with a word, itself or an inflection of it included. */
export function familiesOf(tokens: readonly Token[]): (word: string) => number {
  const counts = new Map<string, number>();
  for (const { text } of tokens)
    for (const key of keysOf(stemOf(text))) counts.set(key, (counts.get(key) ?? 0) + 1);
  return (word) => {
    const stem = stemOf(word);
    if (stem.length <= short) return counts.get(stem) ?? 0;
    const kin = counts.get(stem.slice(0, shared)) ?? 0;
    return kin + (counts.get(`${stem.slice(0, short)}$`) ?? 0);
  };
}

/** What a word is found by: its beginning, and that it is over there. */
function keysOf(stem: string): readonly string[] {
  if (stem.length < short) return [stem];
  if (stem.length === short) return [stem, `${stem}$`];
  return [stem.slice(0, short), stem.slice(0, shared)];
}

/** Without the s of a plural or a verb: `kids` is named beside `kid`. */
const stemOf = (word: string): string => word.toLowerCase().replace(/(?<=..[^s])s$/, '');
