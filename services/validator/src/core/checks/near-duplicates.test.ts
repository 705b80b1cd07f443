import { settingsSchema } from '@millrace/shared/contracts/settings';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect, it } from 'vitest';
import { validateSession } from '../validate-session.ts';

const settings = settingsSchema.parse({});

/** Index of the earlier message that the last one of a session nearly repeats. */
function nearOf(first: string, last: string) {
  const session = aSession();
  Object.assign(session.conversation_data.messages[2] ?? {}, { content: first });
  Object.assign(session.conversation_data.messages[11] ?? {}, { content: last });
  const { findings } = validateSession(session, { settings, receivedAtMs: null });
  return findings.find((f) => f.code === 'near_dup_message')?.value;
}

it.each([
  [
    'May I have your account number and PIN, please?',
    'May I have your accouunt number PIN, please?',
  ],
  ['What was the name of the pet you had?', 'What name of the pet you had?'],
  ['Right, it takes six hours to get to New York', 'Right, it takes six hours to get 2 New York'],
  ['Ok, can I also bring my son for his shots?', 'can I also bring my son for his shots?'],
])('nearDuplicates finds %j again in %j', (first, last) => {
  expect(nearOf(first, last)).toBe(2);
});

it.each([
  [
    'Happy to see you on Saturday @ 2 pm at our venue',
    'Happy to see you on Sunday @ 2 pm at our venue',
  ],
  [
    'Happy to see you on Saturday @ 2 pm at our venue',
    'Happy to see you on Saturday @ 4 pm at our venue',
  ],
  [
    'I would like to go from Rome to Oslo by train',
    'I would like to go from Rome to Bonn by train',
  ],
  ['yes, that one please', 'yes that one please!'],
  ['Same words, same order, same message', 'same words, SAME order,  same message'],
])('nearDuplicates tells %j from %j', (first, last) => {
  expect(nearOf(first, last)).toBeUndefined();
});

it('nearDuplicates reads a thousand long messages of the same words in time', () => {
  const session = aSession({ messages: 1000, stepSeconds: 1 });
  for (const [i, message] of session.conversation_data.messages.entries())
    message['content'] = `${'the same few words again and again '.repeat(20)} ${i}`;
  const started = performance.now();
  validateSession(session, { settings, receivedAtMs: null });
  expect(performance.now() - started).toBeLessThan(10_000);
}, 20_000);
