import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chatOf, formatOf, goldenTemplates } from '../../testing/chat-templates.ts';
import { auditMask } from './audit-mask.ts';
import { type FittedChat, fitChat } from './fit-chat.ts';

const { smollm2, chatml } = goldenTemplates;
const format = formatOf(chatml.stock, chatml);
const long = smollm2.cut.messages;

/** Positions of the answers that are trained, in the order of the parts. */
const trained = ({ parts }: FittedChat): number[] =>
  parts.flatMap((part) =>
    part.places.filter((_, i) => {
      const { role, weight = 1 } = part.messages[i] ?? { role: '' };
      return role === 'assistant' && weight > 0;
    }),
  );

test('fitChat() leaves a chat that fits as it is', () => {
  const { parts, answersLeftOut } = fitChat(format, long, { most: 1000, tooLong: 'cut' });
  expect(parts).toHaveLength(1);
  expect(parts[0]?.messages).toBe(long);
  expect(answersLeftOut).toBe(0);
});

test('fitChat() windows: each answer once, the system turn in each, earlier turns as context', () => {
  const fitted = fitChat(format, long, { most: 150, tooLong: 'windows' });
  expect(fitted.parts.length).toBeGreaterThan(1);
  expect(trained(fitted)).toEqual([2, 4, 6, 8]);
  expect(fitted.answersLeftOut).toBe(0);
  for (const part of fitted.parts) {
    expect(part.encoded.tokens.length).toBeLessThanOrEqual(150);
    expect(part.places[0]).toBe(0);
    expect(auditMask(format, part.messages, part.encoded)).toEqual([]);
  }
  const roomy = fitChat(format, long, { most: 220, tooLong: 'windows' });
  expect(roomy.parts.some(({ messages }) => messages.some(({ weight }) => weight === 0))).toBe(
    true,
  );
});

test('fitChat() counts the answers that fit in no way, and trains none of them in half', () => {
  const words = 'one two three four five six '.repeat(40);
  const messages = chatOf(['u', 'Short?'], ['a', 'Yes.'], ['u', 'Long?'], ['a', words]);
  for (const tooLong of ['cut', 'windows'] as const) {
    const fitted = fitChat(format, messages, { most: 100, tooLong });
    expect(trained(fitted)).toEqual([1]);
    expect(fitted.answersLeftOut).toBe(1);
  }
  const alone = fitChat(format, chatOf(['u', words], ['a', 'Try the seal.']), {
    most: 64,
    tooLong: 'cut',
  });
  expect(alone).toMatchObject({ parts: [], answersLeftOut: 1 });
  expect(alone.tokens).toBeGreaterThan(64);
});

describe.each(['cut', 'windows'] as const)('%s', (tooLong) => {
  const text = fc.string({ minLength: 1, maxLength: 60 }).filter((said) => said.trim() !== '');
  const letter = fc.constantFrom<'u' | 'a' | 't'>('u', 'a', 'a', 't');

  test('no answer is trained twice, none in half, every one is counted', () => {
    fc.assert(
      fc.property(
        fc.option(text),
        fc.array(fc.tuple(letter, text), { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 20, max: 200 }),
        (system, turns, most) => {
          const messages = [...(system === null ? [] : chatOf(['s', system])), ...chatOf(...turns)];
          const fitted = fitChat(format, messages, { most, tooLong });
          const answers = trained(fitted);
          expect(new Set(answers).size).toBe(answers.length);
          const all = messages.filter(({ role }) => role === 'assistant').length;
          expect(answers.length + fitted.answersLeftOut).toBe(all);
          for (const part of fitted.parts) {
            expect(part.encoded.tokens.length).toBeLessThanOrEqual(most);
            expect(auditMask(format, part.messages, part.encoded)).toEqual([]);
          }
        },
      ),
      { numRuns: 80 },
    );
  });
});
