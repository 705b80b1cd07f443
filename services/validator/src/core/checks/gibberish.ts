import { gibberishKind } from '@millrace/text';
import { type Check, finding } from '../check.ts';

/** `gibberish`: a message that means nothing; the value is its kind. Noted. */
export const gibberish: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, text, prose }) => {
    const kind = text === null ? null : gibberishKind(text, prose);
    if (kind === null) return [];
    return [
      finding('gibberish', { action: 'note', messageIndex: index, value: kind, threshold: null }),
    ];
  });
