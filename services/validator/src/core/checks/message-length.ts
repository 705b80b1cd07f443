import type { Finding } from '@millrace/shared/domain/finding';
import { type Check, finding } from '../check.ts';

/** What a message may hold at most, bytes of UTF-8. */
const maxMessageBytes = 1024 * 1024;

/** English chat has 5 to 6 characters a word with its blank; 12 leaves room for code and long words. */
const charactersPerWord = 12;

/**
 * `very_long_message`: more words than max_sequence_length, or as many characters as such words have (a paste without
 * blanks). Noted: it is cut when it is trained on. Over 1 MiB it rejects.
 */
export const messageLength: Check = ({ messages }, { validation }) =>
  (messages ?? []).flatMap(({ index, text, words }): Finding[] => {
    if (text === null) return [];
    const of = { messageIndex: index };
    // 3 bytes of UTF-8 are the most that one UTF-16 unit can make
    const bytes = text.length * 3 > maxMessageBytes ? utf8Length(text) : 0;
    if (bytes > maxMessageBytes)
      return [
        finding('very_long_message', {
          action: 'reject',
          ...of,
          value: bytes,
          threshold: maxMessageBytes,
        }),
      ];
    const limit = validation.max_sequence_length;
    if (words > limit)
      return [
        finding('very_long_message', { action: 'note', ...of, value: words, threshold: limit }),
      ];
    const characters = limit * charactersPerWord;
    if (text.length <= characters) return [];
    return [
      finding('very_long_message', {
        action: 'note',
        ...of,
        value: text.length,
        threshold: characters,
      }),
    ];
  });

/** Bytes of well-formed text in UTF-8. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000))
      bytes += 2; // half of a pair's 4
    else bytes += 3;
  }
  return bytes;
}
