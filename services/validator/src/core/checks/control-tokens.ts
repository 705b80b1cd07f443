import { type Check, finding } from '../check.ts';

/** What models read as the frame of a conversation: ChatML, Llama, Mistral, Gemma, BERT. */
const token =
  /<\|[\w ./-]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|unk)>|\[(?:CLS|SEP|MASK|PAD|UNK)\]/g;

/**
 * `control_token`: a person typed a control token. Noted, kept as it is: it is encoded as plain text, never as the
 * token. The value is how many.
 */
export const controlTokens: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, received }) => {
    const found = received === null ? [] : [...received.matchAll(token)];
    const [at] = found;
    if (at === undefined) return [];
    const span: readonly [number, number] = [at.index, at.index + at[0].length];
    return [
      finding('control_token', {
        action: 'note',
        messageIndex: index,
        span,
        value: found.length,
        threshold: 0,
      }),
    ];
  });
