import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type JsonObject, readJsonObject } from '../../formats/json-file.ts';

/** A byte-level BPE tokenizer (GPT-2, Llama 3, SmolLM2, Qwen): a token stands for a number of bytes, so offsets are exact. */
export interface ByteLevelTokenizer {
  /**
   * The tokens of a text in which nothing acts as a special token, with the UTF-8 bytes that each stands for.
   * @throws RangeError when the tokens do not add up to the text
   */
  encode(text: string): readonly TokenBytes[];
  /** The text of these ids, added tokens as they are written. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: readonly number[]): string;
  /** Tokens that stand beside the vocabulary, such as `<|im_end|>`, by their text. */
  readonly added: ReadonlyMap<string, number>;
  /** The form that texts must have before they are encoded. */
  readonly normalise: (text: string) => string;
}

export interface TokenBytes {
  readonly id: number;
  readonly bytes: number;
}

/** What is used of the library, whose own types do not resolve under Node's rules and would be `any`. */
interface Library {
  encode(
    text: string,
    options: { add_special_tokens: boolean },
  ): { ids: number[]; tokens: string[] };
  id_to_token(id: number): string | undefined;
}

/** Reads tokenizer.json; see {@link byteLevelTokenizer}. */
export function readByteLevelTokenizer(folder: string): ByteLevelTokenizer {
  return byteLevelTokenizer(readJsonObject(folder, 'tokenizer.json'));
}

/**
 * The tokenizer that a parsed tokenizer.json describes, without its truncation, padding and post-processing.
 * @throws RangeError that names what is not byte-level BPE
 */
export function byteLevelTokenizer(definition: JsonObject): ByteLevelTokenizer {
  if (typeOf(definition['model']) !== 'BPE') refuse('model', definition['model'], 'BPE');
  const normalizer = definition['normalizer'] ?? null;
  if (normalizer !== null && typeOf(normalizer) !== 'NFC') refuse('normalizer', normalizer, 'NFC');
  if (!isByteLevel(definition['pre_tokenizer'])) {
    refuse('pre_tokenizer', definition['pre_tokenizer'], 'ByteLevel without a prefix space');
  }
  const added = addedTokens(definition['added_tokens']);
  // without their entries here the library finds no added token inside a text
  const bare = { ...definition, added_tokens: [], truncation: null, padding: null };
  const library: Library = new HuggingFaceTokenizer(bare, {});
  const bytesOf = new Map([...byteAlphabet()].map(([byte, character]) => [character, byte]));
  const textOf = new Map([...added].map(([text, id]) => [id, new TextEncoder().encode(text)]));
  return {
    added,
    normalise: (text) => (normalizer === null ? text : text.normalize('NFC')),
    encode: (text) => {
      if (text === '') return [];
      const { ids, tokens } = library.encode(text, { add_special_tokens: false });
      const found = ids.map((id, i) => ({ id, bytes: [...(tokens[i] ?? '')].length }));
      const sum = found.reduce((total, { bytes }) => total + bytes, 0);
      if (sum !== new TextEncoder().encode(text).length) {
        throw new RangeError('the tokens do not add up to the bytes of the text');
      }
      return found;
    },
    decode: (ids) => {
      const bytes = ids.flatMap((id) => [
        ...(textOf.get(id) ??
          [...(library.id_to_token(id) ?? '')].map((character) => bytesOf.get(character) ?? 0x3f)),
      ]);
      return new TextDecoder().decode(Uint8Array.from(bytes));
    },
  };
}

function refuse(part: string, found: unknown, wanted: string): never {
  throw new RangeError(`tokenizer.json: ${part} is ${typeOf(found)}, only ${wanted} is read`);
}

function typeOf(part: unknown): string {
  return isJsonObject(part) ? String(part['type']) : String(part);
}

/** ByteLevel, alone or as a step of a sequence, none of which adds a space. */
function isByteLevel(part: unknown): boolean {
  if (!isJsonObject(part)) return false;
  const steps = Array.isArray(part['pretokenizers']) ? part['pretokenizers'] : [part];
  const levels = steps.filter((step) => typeOf(step) === 'ByteLevel');
  return (
    levels.length === 1 &&
    levels.every((step) => isJsonObject(step) && step['add_prefix_space'] === false)
  );
}

/** @throws RangeError for a token that takes blanks beside it along: offsets would not add up */
function addedTokens(list: unknown): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const entry of Array.isArray(list) ? list : []) {
    if (!isJsonObject(entry)) continue;
    const { id, content, lstrip, rstrip, single_word } = entry;
    if (typeof id !== 'number' || typeof content !== 'string' || content === '') continue;
    if (lstrip === true || rstrip === true || single_word === true) {
      throw new RangeError(`tokenizer.json: the added token ${content} takes its surroundings in`);
    }
    found.set(content, id);
  }
  return found;
}

/** The character that GPT-2's alphabet writes for each byte: printable ones as they are, the others from U+0100 on. */
function byteAlphabet(): ReadonlyMap<number, string> {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return new Map(
    Array.from({ length: 256 }, (_, byte): [number, string] => [
      byte,
      String.fromCodePoint(printable(byte) ? byte : next++),
    ]),
  );
}
