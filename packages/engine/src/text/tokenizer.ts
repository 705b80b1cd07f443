import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { isJsonObject, type JsonObject, readJsonObject } from '../formats/json-file.ts';

/** Text into the token ids of one model. */
export interface Tokenizer {
  /**
   * The ids of a text between the model's first and last special token; a longer text is cut at its end and keeps both.
   * Special tokens that people type, such as `[SEP]`, are text like any other: they never act as special tokens.
   * @param maxTokens  >= 2, with the two special tokens counted
   */
  encode(text: string, maxTokens: number): number[];
  /** How many ids the whole text has, special tokens counted: more than `maxTokens` means that `encode` cuts it. */
  count(text: string): number;
}

/** A WordPiece tokenizer with its parts, for who puts ids together himself. */
export interface WordPieceTokenizer extends Tokenizer {
  /** The ids of a text alone, no special token among them, however long. */
  pieces(text: string): number[];
  /** The special tokens before and after a text. */
  readonly begin: number;
  readonly end: number;
  /** @throws RangeError when the vocabulary has no such token */
  idOf(token: string): number;
}

/** What is used of the library, whose own types do not resolve under Node's rules and would be `any`. */
interface Library {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  token_to_id(token: string): number | undefined;
}

/**
 * Reads a BERT tokenizer (WordPiece) from a folder's tokenizer.json. The file's own truncation and padding are ignored:
 * all-MiniLM-L6-v2's file would make every text 128 tokens long.
 * @throws RangeError that names what is not a BERT tokenizer
 */
export function readTokenizer(folder: string): WordPieceTokenizer {
  return wordPieceTokenizer(readJsonObject(folder, 'tokenizer.json'));
}

/** The tokenizer that a parsed tokenizer.json describes; see {@link readTokenizer}. */
export function wordPieceTokenizer(definition: JsonObject): WordPieceTokenizer {
  mustBe(definition, 'model', 'WordPiece');
  mustBe(definition, 'normalizer', 'BertNormalizer');
  mustBe(definition, 'pre_tokenizer', 'BertPreTokenizer');
  const [first, last] = specialsAround(definition['post_processor']);
  // without their entries here the library finds no special token inside a text
  const plain = { ...definition, added_tokens: [], truncation: null, padding: null };
  const library: Library = new HuggingFaceTokenizer(plain, {});
  const idOf = (token: string): number => {
    const id = library.token_to_id(token);
    if (id === undefined) throw new RangeError(`tokenizer.json: ${token} is not in the vocabulary`);
    return id;
  };
  const begin = idOf(first);
  const end = idOf(last);
  const idsOf = (text: string) => library.encode(text, { add_special_tokens: false }).ids;
  return {
    encode: (text, maxTokens) => {
      if (maxTokens < 2) throw new RangeError(`maxTokens is ${maxTokens}, must be at least 2`);
      return [begin, ...idsOf(text).slice(0, maxTokens - 2), end];
    },
    count: (text) => idsOf(text).length + 2,
    pieces: idsOf,
    begin,
    end,
    idOf,
  };
}

function mustBe(definition: JsonObject, part: string, wanted: string): void {
  const type = typeOf(definition[part]);
  if (type !== wanted) {
    throw new RangeError(`tokenizer.json: ${part} is ${type}, only ${wanted} is read`);
  }
}

function typeOf(part: unknown): string {
  return isJsonObject(part) ? String(part['type']) : String(part);
}

/** The special tokens before and after a single text, such as `[CLS]` and `[SEP]`. */
function specialsAround(processor: unknown): [string, string] {
  if (isJsonObject(processor) && processor['type'] === 'BertProcessing') {
    return [firstOf(processor['cls']), firstOf(processor['sep'])];
  }
  if (isJsonObject(processor) && processor['type'] === 'TemplateProcessing') {
    const single = Array.isArray(processor['single']) ? processor['single'] : [];
    const [before, text, after, ...rest] = single.map(pieceOf);
    if (before?.special && text?.special === false && after?.special && rest.length === 0) {
      return [before.id, after.id];
    }
    throw new RangeError('tokenizer.json: post_processor.single is not one token, text, one token');
  }
  throw new RangeError(`tokenizer.json: post_processor is ${typeOf(processor)}`);
}

function pieceOf(piece: unknown): { special: boolean; id: string } {
  const special = isJsonObject(piece) ? piece['SpecialToken'] : undefined;
  return isJsonObject(special)
    ? { special: true, id: String(special['id']) }
    : { special: false, id: '' };
}

/** The processors of older files name a token as `[token, id]`. */
function firstOf(pair: unknown): string {
  return Array.isArray(pair) ? String(pair[0]) : String(pair);
}
