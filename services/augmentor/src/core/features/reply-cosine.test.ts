import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanSession, Role } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import type { Encoder } from '@millrace/shared/ports/encoder';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { examplesOf } from '../../index.ts';
import { wordEncoder } from '../../testing/word-encoder.ts';
import { similarityOf } from '../similarity-of.ts';
import { replyCosine } from './reply-cosine.ts';

const off = settingsSchema.parse({ augmentation: { gate: { min_similarity: 0.3 } } });
const on = { ...off, augmentation: { ...off.augmentation, reply_cosine: true } };
const said: [Role, string][] = [
  ['user', 'I really want to book a cheap apartment in Berlin for 2 nights'],
  ['assistant', 'I can book a cheap apartment in Berlin'],
  ['user', 'ok'],
  ['assistant', 'Which part of the town?'],
];
const session: CleanSession = {
  key: { source: 'test', sessionId: 's', version: 1 },
  userId: null,
  sessionSha256: 'x',
  messages: said.map(([role, content]) => ({ role, content, timestamp: null })),
};
const pairsBy = async (settings: typeof on, encoder: Encoder | null, side: Side = 'train') => {
  const { examples } = await examplesOf(session, { settings, side, encoder });
  return examples.flatMap((example) => (example.kind === 'pair' ? [example] : []));
};

it('replyCosine is finite for whatever is measured, within its range, and never -0', () => {
  fc.assert(
    fc.property(fc.option(fc.double({ min: -1.001, max: 1.001, noNaN: true })), (cosine) => {
      const { anchor_reply_cosine: found, reply_cosine_measured } = replyCosine.of(cosine);
      expect(Math.abs(found)).toBeLessThanOrEqual(1);
      expect(Math.abs(found - (cosine ?? 0))).toBeLessThanOrEqual(0.0011);
      expect(Object.is(found, -0)).toBe(false);
      expect(reply_cosine_measured).toBe(cosine === null ? 0 : 1);
    }),
  );
});

it('examplesOf() measures replies beside originals and copies when it is asked for, on both sides', async () => {
  for (const side of ['train', 'holdout'] as const) {
    const encoder = wordEncoder();
    const pairs = await pairsBy(on, encoder, side);
    expect(pairs.filter(({ parentId }) => parentId !== null).length > 0).toBe(side === 'train');
    expect(encoder.lists).toHaveLength(1);
    const [texts = []] = encoder.lists;
    expect(texts).toEqual([...new Set(texts)].sort());
    const near = similarityOf(texts, await wordEncoder().encode(texts));
    for (const { anchor, positive, features } of pairs) {
      expect(features['reply_cosine_measured']).toBe(1);
      const apart = (features['anchor_reply_cosine'] ?? 9) - near(anchor, positive);
      expect(Math.abs(apart)).toBeLessThan(0.00051);
    }
    const cosines = pairs.map(({ features }) => features['anchor_reply_cosine']);
    expect(new Set(cosines).size).toBeGreaterThan(1);
  }
});

it('examplesOf() says that nobody measured: not asked for, or no encoder', async () => {
  const encoder = wordEncoder();
  for (const pairs of [await pairsBy(off, encoder), await pairsBy(on, null)])
    for (const { features } of pairs)
      expect(features).toMatchObject({ anchor_reply_cosine: 0, reply_cosine_measured: 0 });
  expect(encoder.lists.flat()).not.toContain(said[1]?.[1]);
});

it('examplesOf() makes the same copies and the other figures with it', async () => {
  const plain = (pairs: Awaited<ReturnType<typeof pairsBy>>) =>
    pairs.map(({ id, anchor, features }) => {
      const { anchor_reply_cosine: _, reply_cosine_measured: __, ...others } = features;
      return { id, anchor, others };
    });
  expect(plain(await pairsBy(on, wordEncoder()))).toEqual(plain(await pairsBy(off, wordEncoder())));
});

it('settings refuse it where nobody would measure', () => {
  const wrong = { augmentation: { reply_cosine: true, gate: { encoder: false } } };
  expect(settingsSchema.safeParse(wrong).error?.issues.map(({ path }) => path.join('.'))).toEqual([
    'augmentation.reply_cosine',
  ]);
});
