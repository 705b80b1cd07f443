import type { Oddity } from './oddity.ts';
import { instant, type SampleSession } from './session-of.ts';

const minute = 60_000;

/** Clocks and durations that are not as they should be. */
export const timeOddities = {
  'too-short': {
    what: 'all within three minutes, below the five that are needed',
    outcome: 'rejected',
    findings: ['too_short_duration'],
    spoil: (s) => spread(s, 18_000),
  },
  'too-long': {
    what: 'over four days, above the one that is allowed',
    outcome: 'rejected',
    findings: ['too_long_duration'],
    spoil: (s) => spread(s, 11 * 60 * minute),
  },
  'backwards-clock': {
    what: 'the clock goes back by an hour in the middle',
    outcome: 'rejected',
    findings: ['out_of_order_timestamp'],
    spoil: (s) => {
      retime(s, (ms, i) => (i >= 4 ? ms - 60 * minute : ms));
    },
  },
  'end-before-start': {
    what: 'metadata says that it ended before it began',
    outcome: 'kept',
    findings: ['start_after_end'],
    spoil: (s) => {
      const { metadata } = s.conversation_data;
      metadata['end_time'] = instant(Date.parse(String(metadata['start_time'])) - 30 * minute);
    },
  },
  'end-mismatch': {
    what: 'metadata says that it ended two hours after the last message',
    outcome: 'kept',
    findings: ['end_time_mismatch'],
    spoil: (s) => {
      const { metadata } = s.conversation_data;
      metadata['end_time'] = instant(Date.parse(String(metadata['end_time'])) + 120 * minute);
    },
  },
  'no-zone': {
    what: 'times without a zone, read as UTC',
    outcome: 'kept',
    findings: ['bad_timestamp'],
    spoil: (s) => {
      for (const m of s.conversation_data.messages) m.timestamp = String(m.timestamp).slice(0, -1);
    },
  },
  'epoch-times': {
    what: 'times as milliseconds since 1970 instead of text',
    outcome: 'rejected',
    findings: ['bad_timestamp'],
    spoil: (s) => {
      for (const m of s.conversation_data.messages) m.timestamp = Date.parse(String(m.timestamp));
    },
  },
  'equal-times': {
    what: 'question and answer within the same second',
    outcome: 'kept',
    findings: [],
    spoil: (s) => {
      const times = s.conversation_data.messages.map((m) => m.timestamp);
      s.conversation_data.messages.forEach((m, i) => {
        m.timestamp = times[i - (i % 2)];
      });
      s.conversation_data.metadata['end_time'] = String(
        s.conversation_data.messages.at(-1)?.timestamp,
      );
    },
  },
  retry: {
    what: 'one message was sent twice within two seconds',
    outcome: 'kept',
    findings: ['dup_message'],
    spoil: (s) => {
      const { messages } = s.conversation_data;
      const again = messages[4];
      if (again === undefined) return;
      const later = instant(Date.parse(String(again.timestamp)) + 1000);
      messages.splice(5, 0, { ...again, timestamp: later });
    },
  },
} satisfies Record<string, Oddity>;

/** The same messages, `stepMs` apart. */
function spread(session: SampleSession, stepMs: number): void {
  const start = Date.parse(String(session.conversation_data.messages[0]?.timestamp));
  retime(session, (_ms, i) => start + i * stepMs);
  const last = session.conversation_data.messages.at(-1);
  session.conversation_data.metadata['end_time'] = String(last?.timestamp);
}

function retime(session: SampleSession, to: (ms: number, index: number) => number): void {
  session.conversation_data.messages.forEach((message, i) => {
    message.timestamp = instant(to(Date.parse(String(message.timestamp)), i));
  });
}
