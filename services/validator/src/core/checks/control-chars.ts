import { type Check, finding } from '../check.ts';
import { tally } from '../clean-controls.ts';

/** `control_chars`: what cleanControls took out of a message, by code. */
export const controlChars: Check = ({ messages }) =>
  (messages ?? []).flatMap(({ index, controls: found, sameAs }) => {
    const [first] = found;
    if (first === undefined || sameAs === null) return []; // nothing else in it: empty_content says so
    const span: readonly [number, number] = [first.at, first.at + 1];
    return [
      finding('control_chars', {
        action: 'clean',
        messageIndex: index,
        span,
        value: tally(found),
        threshold: 0,
      }),
    ];
  });
