import { type Check, finding } from '../check.ts';
import type { MessageView, SessionView } from '../session-view.ts';

/**
 * `too_few_messages`, `too_many_messages`: user and assistant messages as received, before merging and cleaning. A
 * message of an unknown role counts here: its role is the one cause that is told.
 */
export const messageCount: Check = ({ messages }, { session }) => {
  if (messages === null) return [];
  const value = messages.filter((m) => m.role !== 'system' && m.role !== 'tool').length;
  const { min_session_messages: least, max_session_messages: most } = session;
  if (value < least)
    return [finding('too_few_messages', { action: 'reject', value, threshold: least })];
  if (value > most)
    return [finding('too_many_messages', { action: 'reject', value, threshold: most })];
  return [];
};

/** `too_short_duration`, `too_long_duration`: seconds from the first message to the last. */
export const duration: Check = (view, { session }) => {
  const value = durationSeconds(view);
  if (value === null) return [];
  const { min_session_duration: least, max_session_duration: most } = session;
  if (value < least)
    return [finding('too_short_duration', { action: 'reject', value, threshold: least })];
  if (value > most)
    return [finding('too_long_duration', { action: 'reject', value, threshold: most })];
  return [];
};

/**
 * Last minus first message, seconds, never negative: where the last lies before the first, it is latest minus earliest.
 * Null without two readable ends, for imports without times, and where there is no message.
 */
export function durationSeconds({ messages, timed }: SessionView): number | null {
  const first = messages?.at(0)?.timeMs ?? null;
  const last = messages?.at(-1)?.timeMs ?? null;
  if (!timed || first === null || last === null) return null;
  return (last >= first ? last - first : spanMs(messages ?? [])) / 1000;
}

function spanMs(messages: readonly MessageView[]): number {
  const times = messages.flatMap((m) => (m.timeMs === null ? [] : [m.timeMs]));
  return (
    times.reduce((a, b) => Math.max(a, b), 0) - times.reduce((a, b) => Math.min(a, b), Infinity)
  );
}
