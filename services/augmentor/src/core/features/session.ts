import { instantOf } from '@millrace/shared/domain/read-time';
import type { CleanSession } from '@millrace/shared/domain/session';
import { type FeatureGroup, ratio } from './feature.ts';
import { textFacts } from './text-facts.ts';

/** Where an example stands, and the session around it. */
export const sessionStatistics: FeatureGroup<
  CleanSession,
  | 'session_messages'
  | 'session_user_messages'
  | 'session_words'
  | 'session_words_per_message'
  | 'session_seconds'
> = {
  docs: {
    session_messages: { unit: 'messages', meaning: 'Messages of the cleaned session.' },
    session_user_messages: { unit: 'messages', meaning: 'Those of users among them.' },
    session_words: { unit: 'words', meaning: 'Words of all messages.' },
    session_words_per_message: { unit: 'words', meaning: 'Mean length of a message.' },
    session_seconds: {
      unit: 'seconds',
      meaning: 'From the earliest to the latest message; 0 where there are no times.',
    },
  },
  of: ({ messages }) => {
    const words = messages.reduce((sum, { content }) => sum + textFacts(content).words.length, 0);
    return {
      session_messages: messages.length,
      session_user_messages: messages.filter(({ role }) => role === 'user').length,
      session_words: words,
      session_words_per_message: ratio(words, messages.length),
      session_seconds: secondsOf(messages.map(({ timestamp }) => timestamp)),
    };
  },
};

function secondsOf(timestamps: readonly (string | null)[]): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const timestamp of timestamps) {
    const ms = instantOf(timestamp);
    if (ms === null) continue;
    first = Math.min(first, ms);
    last = Math.max(last, ms);
  }
  return last > first ? (last - first) / 1000 : 0;
}
