import type { Finding } from '@millrace/shared/domain/finding';
import { type Check, finding } from '../check.ts';
import type { MessageView } from '../session-view.ts';

/** A client that sends again does so at once. Milliseconds. */
const retryMs = 2000;

/**
 * `dup_message`: equal to an earlier message after NFC, case folding and collapsing of blanks; the value is that one's
 * index. People say yes twice: noted. The neighbour of the same role within 2 s is a client's retry: left out.
 */
export const duplicates: Check = ({ messages, timed }) => {
  const first = new Map<string, number>();
  let kept: MessageView | null = null;
  return (messages ?? []).flatMap((message): Finding[] => {
    const { index, sameAs: key } = message;
    if (key === null) return [];
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    const retry = timed && kept !== null && isRetry(kept, message);
    if (!retry) kept = message;
    if (earlier === undefined) return [];
    const action = retry ? 'drop_message' : 'note';
    return [finding('dup_message', { action, messageIndex: index, value: earlier, threshold: 0 })];
  });
};

/** Compared with the last message that stays, so that a second pass finds nothing more. */
function isRetry(before: MessageView, message: MessageView): boolean {
  if (before.role !== message.role || before.sameAs !== message.sameAs) return false;
  if (before.timeMs === null || message.timeMs === null) return false;
  const later = message.timeMs - before.timeMs;
  return later >= 0 && later <= retryMs;
}
