import { isJsonObject, readJsonObject } from '../formats/json-file.ts';
import { wordPieceTokenizer } from './tokenizer.ts';

/** What a masked model's tokenizer knows. */
export interface MaskedVocabulary {
  /** The token ids of a text, no special token among them. */
  pieces(text: string): number[];
  readonly begin: number;
  readonly end: number;
  readonly mask: number;
  /** By id: a whole word of letters; null for pieces, special tokens, figures and signs. */
  readonly words: readonly (string | null)[];
}

const MASK = '[MASK]';

/** @throws RangeError when tokenizer.json is no BERT tokenizer, or has no mask */
export function readMaskedVocabulary(folder: string): MaskedVocabulary {
  const definition = readJsonObject(folder, 'tokenizer.json');
  const { pieces, begin, end, idOf } = wordPieceTokenizer(definition);
  const model = definition['model'];
  const vocabulary = isJsonObject(model) && isJsonObject(model['vocab']) ? model['vocab'] : {};
  const words: (string | null)[] = [];
  for (const [token, id] of Object.entries(vocabulary)) {
    if (typeof id === 'number') words[id] = /^[\p{L}\p{M}]+$/u.test(token) ? token : null;
  }
  return { pieces, begin, end, mask: idOf(MASK), words: Array.from(words, (word) => word ?? null) };
}
