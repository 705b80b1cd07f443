import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import { groupOf, type Side, sideOf } from '@millrace/shared/domain/side';
import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FreezeInput, freeze } from './freeze.ts';
import type { FreezeResult } from './frozen.ts';
import { withoutHeldAnswers } from './held-answers.ts';
import { textKey } from './text-key.ts';
import { groupOfExample } from './user-share.ts';

const settings = settingsSchema.parse({ training: { validation_split: 0.3 } });
const common = {
  settings,
  revisions: { validator: 'v1', augmentor: 'a1' },
} as const;

const sidesOf = (examples: readonly Example[], salt?: string): Map<string, Side> =>
  new Map(examples.map((e) => [groupOfExample(e), sideOf(groupOfExample(e), 0.3, salt)]));

const frozen = <E extends Example>(
  examples: readonly E[],
  input: Partial<FreezeInput<E>> = {},
): FreezeResult<E> =>
  freeze({
    ...common,
    modelType: examples[0]?.kind === 'chat' ? 'llm' : 'embedding',
    examples,
    sides: sidesOf(examples),
    seed: 42,
    ...input,
  });

/** The chat of one exchange. */
const chatOf = ({ anchor, positive, ...common }: PairExample): ChatExample => ({
  ...common,
  kind: 'chat',
  messages: [
    { role: 'user', content: anchor },
    { role: 'assistant', content: positive },
  ],
});

/** Sessions of users who come back; now and then one repeats what another said, or nearly. */
const anyExamples = fc
  .array(
    fc.record({
      session: fc.integer({ min: 0, max: 60 }),
      user: fc.option(fc.integer({ min: 0, max: 12 })),
      says: fc.constantFrom('own', 'common', 'nearly common'),
      copied: fc.boolean(),
    }),
    { minLength: 2, maxLength: 40 },
  )
  .map((drawn) =>
    drawn.flatMap(({ session, user, says, copied }, position) => {
      const common = 'I would like to know when the parcel with my new lamp is going to arrive';
      const anchor = says === 'nearly common' ? `${common}, please` : common;
      const pair = aPair({
        session: `s${session}-${user}`,
        user: user === null ? null : `u${user}`,
        position,
        ...(says !== 'own' && { anchor }),
      });
      return copied ? [pair, aCopyOf(pair)] : [pair];
    }),
  );

/** What comes is drawn so that most draws hold something to keep apart: a freeze that did not was seen after two at most. */
const draws = { numRuns: process.env['MILLRACE_TEST_LONG'] === '1' ? 300 : 100 };

const idsOf = (examples: readonly Example[]): Set<string> => new Set(examples.map((e) => e.id));

/** Nothing that the first trained is in the second holdout, and no user is on both sides of it. */
function expectApart<E extends Example>(first: FreezeResult<E>, second: FreezeResult<E>): void {
  const trained = idsOf(first.train);
  expect(second.holdout.filter((e) => trained.has(e.id))).toEqual([]);
  const users = new Set(second.train.map(groupOfExample));
  expect(second.holdout.filter((e) => users.has(groupOfExample(e)))).toEqual([]);
}

describe('train, add sessions, train again', () => {
  it('no example of the second holdout was in the first training set, whatever came and with any seed', () => {
    fc.assert(
      fc.property(anyExamples, anyExamples, fc.nat(), (before, added, seed) => {
        const first = frozen(before);
        const second = frozen([...before, ...added], { seed });
        expectApart(first, second);
        const held = new Set(second.holdout.flatMap((e) => [e.anchor, e.positive].map(textKey)));
        const said = second.train.flatMap((e) => [e.anchor, e.positive].map(textKey));
        expect(said.filter((text) => held.has(text))).toEqual([]);
      }),
      draws,
    );
  });

  it('the same of chats: no answer of the holdout side is trained, by any chat', () => {
    // some chats share an answer
    const originals = anyExamples.map((drawn) =>
      drawn
        .filter((e) => e.parentId === null)
        .map((e, i) => chatOf(i % 3 === 0 ? { ...e, positive: 'It is on its way.' } : e)),
    );
    fc.assert(
      fc.property(originals, originals, fc.nat(), (before, added, seed) => {
        const second = frozen([...before, ...added], { seed });
        expectApart(frozen(before), second);
        const held = new Set(second.holdout.map((e) => textKey(e.messages[1]?.content ?? '')));
        const trained = withoutHeldAnswers(second.train, second.holdout).chats.flatMap(
          ({ messages }) => messages.filter((m) => m.role === 'assistant' && m.weight !== 0),
        );
        expect(trained.filter(({ content }) => held.has(textKey(content)))).toEqual([]);
      }),
      draws,
    );
  });

  it('and would be found, were sides drawn anew at each run', () => {
    const pairs = Array.from({ length: 60 }, (_, i) => aPair({ session: `s${i}`, user: `u${i}` }));
    const first = frozen(pairs);
    const second = frozen(pairs, { sides: sidesOf(pairs, 'another salt') });
    const trained = idsOf(first.train);
    expect(second.holdout.filter((e) => trained.has(e.id)).length).toBeGreaterThan(0);
  });

  it('a user cannot be on both sides: sides drawn by session are refused', () => {
    const pairs = Array.from({ length: 20 }, (_, i) => aPair({ session: `s${i}`, user: 'ann' }));
    const bySession = new Map(
      pairs.map(({ key }, i): [string, Side] => [
        groupOf({ ...key, userId: null }),
        i % 2 === 0 ? 'train' : 'holdout',
      ]),
    );
    expect(() => frozen(pairs, { sides: bySession })).toThrow(/has no side/);
  });
});
