/** The characters by which byte-level tokenizers write bytes: printable ones as they are, the others from U+0100 on. */
const alphabet = (() => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable =
      (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte < 0xad) || (byte > 0xad && byte < 0x100);
    return String.fromCodePoint(printable ? byte : next++);
  });
})();
const marks = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];

/** A tokenizer.json that reads bytes: no merges, three marks of a chat. Real, and no larger than a test needs. */
export const chatTokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: marks.map((content, i) => ({
    id: 256 + i,
    content,
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
  })),
  normalizer: null,
  pre_tokenizer: {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  },
  post_processor: null,
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    vocab: Object.fromEntries([...alphabet, ...marks].map((token, id) => [token, id])),
    merges: [],
  },
};

/** ChatML, without a system turn of its own. */
export const chatTemplate = `{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`;
