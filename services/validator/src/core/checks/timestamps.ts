import type { Json } from '@millrace/shared/domain/canonical-json';
import type { Finding } from '@millrace/shared/domain/finding';
import { earliestMs, readTime } from '@millrace/shared/domain/read-time';
import { jsonType } from '@millrace/shared/domain/session-document';
import { shapeOf } from '@millrace/shared/domain/shape-of';
import { type Check, finding } from '../check.ts';
import type { Rules } from '../rules.ts';
import type { MessageView } from '../session-view.ts';

/** No clock is a day ahead. Milliseconds. */
const dayMs = 86_400_000;

/**
 * `bad_timestamp`: no ISO 8601 time, a time before 2000, or one more than 24 h after the receipt rejects; a time without
 * a zone (read as UTC) and one further ahead than max_clock_skew are noted.
 */
export const timestamps: Check = ({ messages, timed }, rules) =>
  timed ? (messages ?? []).flatMap((message) => judgeTime(message, rules)) : [];

/**
 * `out_of_order_timestamp`: earlier than the message before it, or, the first one, than start_time (noted). Up to max_clock_skew it is two clocks, noted, and the
 * array's order stands; beyond, nobody can say what answered what, and the session is rejected.
 */
export const timeOrder: Check = ({ messages, timed, metadata }, { session }) => {
  if (!timed) return [];
  const readable = (messages ?? []).filter((m) => m.timeMs !== null);
  const early = beforeStart(readable, metadata?.['start_time'], session.max_clock_skew);
  const backwards = readable.flatMap((message, i): Finding[] => {
    const back = ((readable[i - 1]?.timeMs ?? 0) - (message.timeMs ?? 0)) / 1000;
    if (i === 0 || back <= 0) return [];
    return [
      finding('out_of_order_timestamp', {
        action: back <= session.max_clock_skew ? 'note' : 'reject',
        messageIndex: message.index,
        value: -back,
        threshold: -session.max_clock_skew,
      }),
    ];
  });
  return [...early, ...backwards];
};

/** A first message, and only it, from before the session began: its time is wrong rather than the session's. */
function beforeStart(
  [first, second]: readonly MessageView[],
  told: Json | undefined,
  skewSeconds: number,
): Finding[] {
  const start = readTime(told);
  if (start.kind !== 'instant' || first === undefined || second === undefined) return [];
  const ahead = ((first.timeMs ?? 0) - start.ms) / 1000;
  if (ahead >= -skewSeconds || (second.timeMs ?? 0) < start.ms) return [];
  const place = { messageIndex: first.index, value: ahead, threshold: -skewSeconds };
  return [finding('out_of_order_timestamp', { action: 'note', ...place })];
}

function judgeTime({ index, fields }: MessageView, { session, receivedAtMs }: Rules): Finding[] {
  const raw = fields?.['timestamp'];
  if (raw === undefined) return []; // missing_field says so
  const bad = (action: 'note' | 'reject', value: number | string, threshold: number | string) => [
    finding('bad_timestamp', { action, messageIndex: index, value, threshold }),
  ];
  const time = readTime(raw);
  if (time.kind === 'unreadable') return bad('reject', shownTime(raw), 'ISO 8601');
  const shown = new Date(time.ms).toISOString();
  if (time.ms < earliestMs) return bad('reject', shown, new Date(earliestMs).toISOString());
  const aheadMs = receivedAtMs === null ? 0 : time.ms - receivedAtMs;
  if (aheadMs > dayMs) return bad('reject', shown, `${dayMs / 1000} s ahead`);
  if (aheadMs > session.max_clock_skew * 1000)
    return bad('note', shown, `${session.max_clock_skew} s ahead`);
  return time.zoned ? [] : bad('note', `${shown} assumed`, 'a zone');
}

/** A number to two digits (seconds or milliseconds, but nobody's number), a text by its shape, anything else by its type. */
export function shownTime(raw: Json | undefined): number | string {
  if (typeof raw === 'number') return Number(raw.toPrecision(2));
  if (typeof raw !== 'string') return jsonType(raw);
  return raw === '' ? 'empty string' : shapeOf(raw);
}
