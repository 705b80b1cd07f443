import type { Finding } from '@millrace/shared/domain/finding';
import { earliestMs, readTime } from '@millrace/shared/domain/read-time';
import { type Check, finding } from '../check.ts';
import { shownTime } from './timestamps.ts';

/**
 * Metadata are compared with the session, never used in its place:
 * - `metadata_id_mismatch` rejects: nobody can say whose messages these are. The value is the length of the other id.
 * - `start_after_end`, `end_time_mismatch` (end_time further than max_clock_skew from the last message): noted.
 * - `bad_timestamp` of metadata: noted, with the field's name.
 */
export const metadata: Check = (session, rules) => {
  const { document, metadata: data, timed } = session;
  if (data === null) return [];
  const found: Finding[] = [];
  const [id, other] = [document?.['session_id'], data['session_id']];
  if (typeof id === 'string' && typeof other === 'string' && id !== other)
    found.push(
      finding('metadata_id_mismatch', {
        action: 'reject',
        value: other.length,
        threshold: id.length,
      }),
    );
  if (!timed) return found;
  const times = ['start_time', 'end_time'].map((name) => {
    const raw = data[name];
    if (raw === undefined || raw === null) return null; // missing_field says so
    const time = readTime(raw);
    const plausible = time.kind === 'instant' && time.ms >= earliestMs;
    if (plausible && time.zoned) return time.ms;
    const value = `metadata.${name}: ${shownTime(raw)}`;
    const threshold = plausible ? 'a zone' : 'ISO 8601 from 2000 on';
    found.push(finding('bad_timestamp', { action: 'note', value, threshold }));
    return plausible ? time.ms : null;
  });
  const [start = null, end = null] = times;
  if (end === null) return found;
  if (start !== null && start > end)
    found.push(
      finding('start_after_end', { action: 'note', value: (end - start) / 1000, threshold: 0 }),
    );
  const last = (session.messages ?? []).findLast((m) => m.timeMs !== null)?.timeMs ?? null;
  const skew = rules.session.max_clock_skew;
  if (last !== null && (start === null || start <= end) && Math.abs(end - last) > skew * 1000)
    found.push(
      finding('end_time_mismatch', { action: 'note', value: (end - last) / 1000, threshold: skew }),
    );
  return found;
};
