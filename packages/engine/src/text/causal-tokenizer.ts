import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type JsonObject, readJsonObject } from '../formats/json-file.ts';

/** The byte-level BPE tokenizer of a language model. No call adds a token of its own: a chat template writes them all. */
export interface CausalTokenizer {
  /** Special tokens in the text, such as `<|im_end|>`, become what they name: for what a chat template rendered. */
  encode(text: string): number[];
  /** The same, but a special token that a person typed is text like any other, and acts as none. */
  encodeText(text: string): number[];
  decode(ids: readonly number[], options?: { readonly skipSpecial?: boolean }): string;
  /** The id of a token as tokenizer.json writes it. */
  idOf(token: string): number | undefined;
  isSpecial(id: number): boolean;
  /**
   * How many bytes of UTF-8 a token stands for: the tokens of `encode` follow one another in the text without a gap.
   * @throws RangeError when the vocabulary does not have the id
   */
  byteLength(id: number): number;
}

/** What is used of the library; see tokenizer.ts. */
interface Library {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  decode(ids: number[], options: { skip_special_tokens: boolean }): string;
  token_to_id(token: string): number | undefined;
  id_to_token(id: number): string | undefined;
}

/**
 * Reads a folder's tokenizer.json. Truncation, padding and what it puts around a text are ignored.
 * @throws RangeError when it is no byte-level BPE tokenizer
 */
export function readCausalTokenizer(folder: string): CausalTokenizer {
  return causalTokenizer(readJsonObject(folder, 'tokenizer.json'));
}

/** The tokenizer that a parsed tokenizer.json describes; see {@link readCausalTokenizer}. */
function causalTokenizer(definition: JsonObject): CausalTokenizer {
  const model = definition['model'];
  const decoder = definition['decoder'];
  if (!isJsonObject(model) || model['type'] !== 'BPE') {
    throw new RangeError('tokenizer.json: only a BPE model is read');
  }
  if (!isJsonObject(decoder) || decoder['type'] !== 'ByteLevel') {
    throw new RangeError('tokenizer.json: only a ByteLevel decoder is read');
  }
  const bare = { ...definition, truncation: null, padding: null, post_processor: null };
  const settings = { clean_up_tokenization_spaces: false };
  const library: Library = new HuggingFaceTokenizer(bare, settings);
  // without their entries here the library finds no special token inside a text
  const blind: Library = new HuggingFaceTokenizer({ ...bare, added_tokens: [] }, settings);
  const added = addedTokens(definition['added_tokens']);
  return {
    encode: (text) => library.encode(text, { add_special_tokens: false }).ids,
    encodeText: (text) => blind.encode(text, { add_special_tokens: false }).ids,
    decode: (ids, { skipSpecial = false } = {}) =>
      library.decode([...ids], { skip_special_tokens: skipSpecial }),
    idOf: (token) => library.token_to_id(token),
    isSpecial: (id) => added.get(id)?.special === true,
    byteLength: (id) => {
      const whole = added.get(id);
      if (whole) return Buffer.byteLength(whole.content);
      const token = library.id_to_token(id);
      if (token === undefined) throw new RangeError(`the vocabulary has no token ${id}`);
      return [...token].length; // byte-level BPE writes each byte as one character
    },
  };
}

function addedTokens(list: unknown): Map<number, { content: string; special: boolean }> {
  const entries = Array.isArray(list) ? list : [];
  return new Map(
    entries.flatMap((entry) => {
      if (!isJsonObject(entry)) return [];
      const { id, content, special } = entry;
      if (typeof id !== 'number' || typeof content !== 'string') return [];
      return [[id, { content, special: special === true }] as const];
    }),
  );
}
