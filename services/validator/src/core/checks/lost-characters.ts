import { type Check, finding } from '../check.ts';

/**
 * `mojibake`, beyond repair: U+FFFD was in the text as it came, and what it stood for is lost. Noted; the value is how many.
 * The marks that a repair leaves are told by that repair.
 */
export const lostCharacters: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, received }) => {
    const at = received?.indexOf('\ufffd') ?? -1;
    if (received === null || at < 0) return [];
    return [
      finding('mojibake', {
        action: 'note',
        messageIndex: index,
        span: [at, at + 1],
        value: received.split('\ufffd').length - 1,
        threshold: 0,
      }),
    ];
  });
