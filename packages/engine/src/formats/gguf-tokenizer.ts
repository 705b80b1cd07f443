import type { Gguf } from './gguf.ts';
import { listOf } from './gguf-llama.ts';
import type { JsonObject } from './json-file.ts';

const BYTE_LEVEL = {
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
};

/** How text is cut before its bytes are paired, by the name that llama.cpp gives it. */
const PRE_TOKENIZERS: Readonly<Record<string, JsonObject>> = {
  'gpt-2': BYTE_LEVEL,
  // transformers' own reader of GGUF forgets the digits
  smollm: {
    type: 'Sequence',
    pretokenizers: [{ type: 'Digits', individual_digits: true }, BYTE_LEVEL],
  },
};

const CONTROL = 3;
const USER_DEFINED = 4;

/**
 * The tokenizer.json of Hugging Face for the byte-level BPE of a GGUF file.
 * @throws RangeError that names the setting which asks for something else
 */
export function tokenizerOf({ metadata }: Gguf): JsonObject {
  const [model, pre] = ['model', 'pre'].map((key) =>
    String(metadata.get(`tokenizer.ggml.${key}`) ?? ''),
  );
  const preTokenizer = PRE_TOKENIZERS[pre ?? ''];
  if (model !== 'gpt2' || !preTokenizer) {
    throw new RangeError(`a tokenizer of type ${model}, ${pre} is not read`);
  }
  if (metadata.get('tokenizer.ggml.add_bos_token') === true) {
    throw new RangeError('a tokenizer that begins each text with a token is not read');
  }
  const tokens = listOf(metadata, 'tokenizer.ggml.tokens').map(String);
  const kinds = listOf(metadata, 'tokenizer.ggml.token_type');
  const added = tokens.flatMap((content, id) => {
    const special = kinds[id] === CONTROL;
    if (!special && kinds[id] !== USER_DEFINED) return [];
    const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    return [{ id, content, ...plain, special }];
  });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: listOf(metadata, 'tokenizer.ggml.merges').map(String),
    },
  };
}

/** The tokenizer_config.json beside it, with the chat template. */
export function tokenizerConfigOf({ metadata }: Gguf): JsonObject {
  const tokens = listOf(metadata, 'tokenizer.ggml.tokens');
  const named = { bos: 'bos', eos: 'eos', unknown: 'unk', padding: 'pad' };
  const specials = Object.entries(named).flatMap(([theirs, ours]) => {
    const id = metadata.get(`tokenizer.ggml.${theirs}_token_id`);
    return typeof id === 'number' ? [[`${ours}_token`, String(tokens[id])]] : [];
  });
  const template = metadata.get('tokenizer.chat_template');
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    ...Object.fromEntries(specials),
    model_max_length: metadata.get('llama.context_length') ?? null,
    clean_up_tokenization_spaces: false,
    ...(typeof template === 'string' && { chat_template: template }),
  };
}
