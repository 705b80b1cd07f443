import { atSecond, messageAt } from '@millrace/shared/testing/a-session';
import { describe, it } from 'vitest';
import { aDefect, expectDefect } from '../../testing/a-defect.ts';

const defects = [
  aDefect({
    code: 'bad_timestamp',
    action: 'reject',
    name: 'another format',
    index: 3,
    change: (_, m) => (m['timestamp'] = '05/04/2026 10:02'),
    value: '99/99/9999 99:99',
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'reject',
    name: 'a number',
    index: 3,
    change: (_, m) => (m['timestamp'] = 1777888920),
    value: 1_800_000_000,
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'reject',
    name: 'a day that no calendar has',
    index: 3,
    change: (_, m) => (m['timestamp'] = '2026-02-30T10:02:00Z'),
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'reject',
    name: 'a time before 2000',
    index: 3,
    change: (_, m) => (m['timestamp'] = '1970-01-01T00:00:00Z'),
    value: '1970-01-01T00:00:00.000Z',
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'note',
    name: 'no zone',
    index: 3,
    change: (_, m) => (m['timestamp'] = '2026-05-04T10:02:00'),
    value: '2026-05-04T10:02:00.000Z assumed',
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'note',
    name: 'ten minutes ahead',
    index: 11,
    change: (s) => {
      Object.assign(messageAt(s, 11), { timestamp: '2026-05-04T10:18:00Z' });
      s.conversation_data.metadata['end_time'] = '2026-05-04T10:18:00Z';
    },
  }),
  aDefect({
    code: 'bad_timestamp',
    action: 'reject',
    name: 'two days ahead',
    index: 3,
    change: (_, m) => (m['timestamp'] = '2026-05-06T10:18:00Z'),
    follows: ['out_of_order_timestamp'], // order and duration are judged as usual
  }),
  aDefect({
    code: 'out_of_order_timestamp',
    action: 'note',
    name: 'a first message from before the start',
    index: 0,
    change: (s) => {
      Object.assign(messageAt(s, 0), { timestamp: '2026-05-04T09:30:00Z' });
    },
  }),
  aDefect({
    code: 'out_of_order_timestamp',
    action: 'note',
    name: 'a minute back',
    index: 3,
    change: (_, m) => (m['timestamp'] = atSecond(80 - 60)),
    value: -60,
  }),
  aDefect({
    code: 'out_of_order_timestamp',
    action: 'reject',
    name: 'an hour back',
    index: 3,
    change: (_, m) => (m['timestamp'] = atSecond(80 - 3600)),
    value: -3600,
  }),
  aDefect({
    code: 'start_after_end',
    action: 'note',
    name: 'start after end',
    change: (s) => (s.conversation_data.metadata['start_time'] = atSecond(4000)),
  }),
  aDefect({
    code: 'end_time_mismatch',
    action: 'note',
    name: 'an end an hour later',
    change: (s) => (s.conversation_data.metadata['end_time'] = atSecond(440 + 3600)),
    value: 3600,
  }),
];

describe('validateSession(), of a time', () => {
  it.each(defects)('says $code, $action, to $name', expectDefect);
});
