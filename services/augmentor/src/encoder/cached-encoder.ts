import { sha256Hex } from '@millrace/shared/domain/hash';
import type { Embeddings, Encoder } from '@millrace/shared/ports/encoder';

/** What whole answers of the last requests may take, bytes: about 1,400 sessions of 30 texts. */
const keptBytes = 64 << 20;

/**
 * The same encoder, with the answers of the last requests kept. A whole list is the key and not a text: the vector of a
 * text depends, in its last bits, on the list that it was encoded in. What is asked for again is a batch that is tried
 * again, or a session that is looked at again.
 */
export function cachedEncoder(encoder: Encoder, maxBytes: number = keptBytes): Encoder {
  const answers = new Map<string, Embeddings>();
  let bytes = 0;
  return {
    encode: async (texts, signal) => {
      const key = sha256Hex(JSON.stringify(texts));
      const known = answers.get(key);
      if (known !== undefined) {
        answers.delete(key);
        answers.set(key, known);
        return known;
      }
      const answer = await encoder.encode(texts, signal);
      if (!answers.has(key)) bytes += answer.rows.byteLength;
      answers.set(key, answer);
      for (const [oldest, { rows }] of answers) {
        if (bytes <= maxBytes) break;
        answers.delete(oldest);
        bytes -= rows.byteLength;
      }
      return answer;
    },
  };
}
