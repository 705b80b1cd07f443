import { byteLevelTokenizer, chatFormat } from '@millrace/engine';
import { expect, test } from 'vitest';
import { chatTemplate, chatTokenizer } from '../testing/tiny-chat.ts';
import { encodeChats } from './encode-chats.ts';

const tokenizer = byteLevelTokenizer(chatTokenizer);
const formatWith = (template: string) =>
  chatFormat({ tokenizer, template, eosToken: '<|im_end|>' });
const format = formatWith(chatTemplate);
const turn = (role: string, content: string) => ({ role, content });
const short = {
  id: 'x2',
  messages: [turn('user', 'Short one?'), turn('assistant', 'Yes.')],
};
const long = {
  id: 'x1',
  messages: [turn('user', 'my record player sounds slow. '.repeat(20)), turn('assistant', 'Belt.')],
};

test('L03: a chat whose answer cannot be reached is left out, counted and named with its length', async () => {
  const made = await encodeChats(format, [long, short], { most: 64, tooLong: 'cut' });
  expect(made.rows.map(({ id }) => id)).toEqual(['x2']);
  expect(made.findings).toEqual([]);
  expect(made.leftOut).toEqual([{ id: 'x1', reason: 'too_long', tokens: expect.any(Number) }]);
  expect(made.leftOut[0]?.tokens).toBeGreaterThan(64);
  expect(made.counts).toMatchObject({
    chats: 2,
    rows: 1,
    answers: 2,
    too_long: 1,
    answers_left_out: 1,
    left_out: { too_long: 1 },
  });
  expect(made.counts.trained_tokens).toBe('Yes.'.length + 1);
});

test('every chat is in a row, left out by a reason, or has a finding', async () => {
  const silent = { id: 'x3', messages: [turn('user', 'Hello?')] };
  const refusing = formatWith(
    `{% if messages[0].role == 'assistant' %}{{ raise_exception('no') }}{% endif %}${chatTemplate}`,
  );
  const first = { id: 'x4', messages: [turn('assistant', 'Hi.'), ...short.messages] };
  const { counts, rows } = await encodeChats(refusing, [silent, first, short], {
    most: 64,
    tooLong: 'windows',
  });
  expect(rows.map(({ id }) => id)).toEqual(['x2']);
  expect(counts.left_out).toEqual({ no_answer: 1, refused_by_template: 1 });
});

test('a template at fault gives findings by id and code, never by text', async () => {
  const shouting = formatWith(chatTemplate.replace('message.content', 'message.content | upper'));
  const made = await encodeChats(shouting, [short], { most: 64, tooLong: 'cut' });
  expect(made.rows).toEqual([]);
  expect(made.findings).toEqual([
    { id: 'x2', code: 'untraceable', message: null, positions: [], ids: [] },
  ]);
  const endless = formatWith(chatTemplate.replace('<|im_end|>', ''));
  const [finding] = (await encodeChats(endless, [short], { most: 64, tooLong: 'cut' })).findings;
  expect(finding).toMatchObject({ id: 'x2', code: 'stop_token_untrained', message: 1 });
});

test('a chat trains by the weights of its answers, and one after another is told', async () => {
  let told = 0;
  const weighed = {
    id: 'x5',
    messages: [...short.messages, ...short.messages, ...short.messages].map((message, i) =>
      i === 1 ? { ...message, weight: 0.5 } : i === 3 ? { ...message, weight: 0 } : message,
    ),
  };
  const { rows, counts, findings } = await encodeChats(format, [weighed, short], {
    most: 256,
    tooLong: 'cut',
    onChat: () => told++,
  });
  expect(findings).toEqual([]);
  const perAnswer = 'Yes.'.length + 1;
  const sum = (rows[0]?.weights ?? []).reduce((a, b) => a + b, 0);
  expect(sum).toBe(1.5 * perAnswer);
  expect(counts).toMatchObject({ answers: 3, trained_tokens: 3 * perAnswer });
  expect(told).toBe(2);
});
