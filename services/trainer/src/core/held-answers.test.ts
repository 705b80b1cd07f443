import { expect, test } from 'vitest';
import { someChats } from '../testing/ready-examples.ts';
import { withoutHeldAnswers } from './held-answers.ts';

const [first, second, third] = someChats(3).chats;
if (!first || !second || !third) throw new Error('there are three chats');
const held = second.messages[1]?.content ?? '';

const saying = (content: string) => ({
  ...first,
  messages: [...first.messages.slice(0, 1), { role: 'assistant' as const, content }],
});

test('withoutHeldAnswers() leaves chats alone whose answers are nobody else’s', () => {
  const { chats, masked } = withoutHeldAnswers([first, third], [second]);
  expect(masked).toBe(0);
  expect(chats.map(({ messages }) => messages)).toEqual([first.messages, third.messages]);
});

test.each([
  ['the same', held],
  ['in other letters and blanks', `  ${held.toUpperCase()}\n`],
  ['nearly the same', `${held}!`],
])('withoutHeldAnswers() makes an answer of the holdout context: %s', (_, content) => {
  const { chats, masked } = withoutHeldAnswers([saying(content)], [second]);
  expect(masked).toBe(1);
  expect(chats[0]?.messages.map(({ weight }) => weight)).toEqual([undefined, 0]);
});

test('withoutHeldAnswers() does not mind questions that both sides ask', () => {
  const question = second.messages[0]?.content ?? '';
  const asked = {
    ...first,
    messages: [{ role: 'user' as const, content: question }, ...first.messages.slice(1)],
  };
  expect(withoutHeldAnswers([asked], [second]).masked).toBe(0);
});
