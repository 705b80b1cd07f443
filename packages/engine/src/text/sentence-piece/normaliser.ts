import { readCharsmap } from './charsmap.ts';
import { type NormaliserSpec, PIECE, type SentencePieceModel } from './read-model.ts';

/** What stands for a space inside pieces: U+2581. */
export const SPACE = '▁';

/**
 * A text in the form that pieces are looked for in: characters replaced by the model's rules, spaces made one and
 * visible, one put before.
 * @see sentencepiece, src/normalizer.cc, `Normalizer::Normalize`
 */
export function normaliser({
  normaliser: spec,
  pieces,
}: SentencePieceModel): (text: string) => string {
  const space = spec.escapeWhitespaces ? SPACE : ' ';
  const next = replacing(
    spec,
    pieces.flatMap(({ text, type }) => (type === PIECE.userDefined ? text : [])),
  );
  return (text) => {
    const bytes = Buffer.from(text, 'utf8');
    let at = 0;
    while (spec.removeExtraWhitespaces && at < bytes.length) {
      const { text: part, length } = next(bytes, at);
      if (part !== ' ') break;
      at += length;
    }
    if (at === bytes.length) return '';
    let normal = spec.addDummyPrefix ? space : '';
    let isAfterSpace = spec.removeExtraWhitespaces;
    while (at < bytes.length) {
      const { text: whole, length } = next(bytes, at);
      at += length;
      const part = isAfterSpace ? whole.replace(/^ +/, '') : whole;
      if (part !== '') {
        normal += part.replaceAll(' ', space);
        isAfterSpace = spec.removeExtraWhitespaces && part.endsWith(' ');
      }
    }
    if (!spec.removeExtraWhitespaces) return normal;
    let end = normal.length;
    while (end > 0 && normal.startsWith(space, end - 1)) end -= 1;
    return normal.slice(0, end);
  };
}

/** What stands at a place, and how long that was: words of the model as they are, a rule's text, one character. */
function replacing(spec: NormaliserSpec, words: readonly string[]) {
  const charsmap = readCharsmap(spec.charsmap);
  const kept = words
    .map((text) => ({ text, bytes: Buffer.from(text, 'utf8') }))
    .sort((a, b) => b.bytes.length - a.bytes.length);
  return (bytes: Buffer, at: number): { readonly text: string; readonly length: number } => {
    const word = kept.find((one) => bytes.subarray(at, at + one.bytes.length).equals(one.bytes));
    if (word !== undefined) return { text: word.text, length: word.bytes.length };
    const replaced = charsmap(bytes, at);
    if (replaced !== null) return replaced;
    const length = characterLength(bytes[at] ?? 0);
    return { text: bytes.toString('utf8', at, at + length), length };
  };
}

/** Bytes of the UTF-8 character that begins so; ours are always whole. */
const characterLength = (first: number): number =>
  first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
