import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { MaskedLm, MaskedWord } from '@millrace/shared/ports/masked-lm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { examplesOf } from '../index.ts';
import { wordEncoder } from '../testing/word-encoder.ts';
import { predictionsOf } from './predictions-of.ts';

const settings = settingsSchema.parse({
  augmentation: { techniques: ['contextual'], contextual: { masked_lm: 'some' } },
});
const word = (text: string, besideItself = false): MaskedWord => ({
  text,
  start: 0,
  end: 1,
  besideItself,
});

/** Expects each word that it is asked about, and some others, as much as the next one. */
function listening(others: readonly string[] = []) {
  const lists: (readonly MaskedWord[])[] = [];
  const maskedLm: MaskedLm = {
    predict: async (questions) => {
      lists.push(questions);
      return questions.map(({ text, start, end }) =>
        [text.slice(start, end).toLowerCase(), ...others].map((one, i) => ({
          word: one,
          logProbability: -1 - i / 100,
        })),
      );
    },
  };
  return { maskedLm, lists };
}

it('predictionsOf() asks once, each word once, in an order of its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.string(), fc.boolean())), async (asked) => {
      const words = asked.map(([text, beside]) => word(text, beside));
      const [one, other] = [listening(), listening()];
      await predictionsOf(() => words, { settings, maskedLm: one.maskedLm });
      await predictionsOf(() => [...words.toReversed(), ...words], {
        settings,
        maskedLm: other.maskedLm,
      });
      expect(one.lists).toEqual(other.lists);
      expect(one.lists.flat()).toHaveLength(new Set(words.map((w) => JSON.stringify(w))).size);
    }),
  );
});

it('predictionsOf() knows what was asked only, and says what is missing', async () => {
  const { maskedLm } = listening();
  const masked = await predictionsOf(() => [word('abc')], { settings, maskedLm });
  expect(masked?.predict(word('abc'))).toEqual(new Map([['a', -1]]));
  expect(() => masked?.predict(word('abc', true))).toThrow('a word was not asked about');
  expect(await predictionsOf(() => [], { settings, maskedLm: null })).toBeNull();
  const off = settingsSchema.parse({});
  expect(await predictionsOf(() => [], { settings: off, maskedLm })).toBeUndefined();
});

const session = (...anchors: readonly string[]) => ({
  key: { source: 's', sessionId: 'a', version: 1 },
  userId: null,
  sessionSha256: 'a',
  messages: anchors.flatMap((content) => [
    { role: 'user' as const, content, timestamp: null },
    { role: 'assistant' as const, content: `Noted: ${content.length}`, timestamp: null },
  ]),
});
const anchors = ['I need help with my account please', 'Can you assist me with the rent today'];

it('examplesOf() swaps what the model expects, by one list a session', async () => {
  const { maskedLm, lists } = listening(['require', 'aid', 'assist', 'help']);
  const options = { settings, side: 'train', encoder: wordEncoder(), maskedLm } as const;
  const made = await examplesOf(session(...anchors), options);
  const copies = made.examples.filter(({ technique }) => technique === 'contextual');
  expect(copies.length).toBeGreaterThan(0);
  expect(lists).toHaveLength(1);
  expect(await examplesOf(session(...anchors), options)).toEqual(made);
  expect(lists[1]).toEqual(lists[0]);
});

it('examplesOf() refuses the technique without the model, and asks nothing of a holdout session', async () => {
  const { maskedLm, lists } = listening();
  const given = { settings, encoder: wordEncoder() };
  const { techniques } = await examplesOf(session(...anchors), { ...given, side: 'train' });
  expect(techniques.contextual).toEqual({
    proposed: 2,
    accepted: 0,
    refused: { no_masked_lm: 2 },
  });
  await examplesOf(session(...anchors), { ...given, side: 'holdout', maskedLm });
  expect(lists.flat()).toEqual([]);
});
