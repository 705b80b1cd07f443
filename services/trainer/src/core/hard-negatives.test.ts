import { describe, expect, it } from 'vitest';
import { likeness, mineNegatives } from './hard-negatives.ts';

const pairs = [
  { anchor: 'where is my parcel', positive: 'it left us on monday', session: 'a' },
  { anchor: 'when does the shop open', positive: 'at nine on every weekday', session: 'b' },
  { anchor: 'can i pay by card', positive: 'It left us on  Monday', session: 'c' },
  { anchor: 'Where is my parcel', positive: 'please give me the number of it', session: 'd' },
  { anchor: 'and my second one', positive: 'that one is still with us here', session: 'a' },
  { anchor: 'who sells ladders', positive: 'when does the shop open', session: 'e' },
];

describe('likeness', () => {
  it('lets no reply stand that may be right', () => {
    const { mayBeNegative, replyOf } = likeness(pairs);
    expect(mayBeNegative(0, 1)).toBe(true);
    expect(mayBeNegative(0, 2), 'the same reply').toBe(false);
    expect(mayBeNegative(0, 3), 'a reply to the same question').toBe(false);
    expect(mayBeNegative(0, 4), 'of the same session').toBe(false);
    expect(mayBeNegative(1, 5), 'the question itself').toBe(false);
    expect(replyOf(0)).toBe(replyOf(2));
  });
});

describe('mineNegatives', () => {
  /** Replies at these angles to the first question, degrees; all questions point the same way. */
  const at = (degrees: readonly number[]) => ({
    anchors: Float32Array.from(degrees.flatMap(() => [1, 0])),
    positives: Float32Array.from(
      degrees.flatMap((d) => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)]),
    ),
    dimension: 2,
  });
  const free = { mayBeNegative: () => true, replyOf: (pair: number) => pair };

  it('takes the nearest that are not too near', () => {
    const vectors = at([40, 39, 45, 60, 80]);
    const options = { perPair: 2, margin: 0.05, alike: free };
    expect(mineNegatives(vectors, options)[0]).toEqual([2, 3]);
    expect(mineNegatives(vectors, { ...options, margin: 0 })[0]).toEqual([2, 3]);
    expect(mineNegatives(vectors, { ...options, margin: 0.3 })[0]).toEqual([3, 4]);
  });

  it('takes no reply twice, none that may be right, and none for a pair that is no better than chance', () => {
    const vectors = at([20, 40, 41, 60, 120]);
    const twins = { mayBeNegative: () => true, replyOf: (pair: number) => (pair === 2 ? 1 : pair) };
    const options = { perPair: 3, margin: 0.05, alike: twins };
    const mined = mineNegatives(vectors, options);
    expect(mined[0]).toEqual([1, 3, 4]);
    expect(mined[4]).toEqual([]);
    const shy = { ...free, mayBeNegative: (_: number, other: number) => other !== 1 };
    expect(mineNegatives(vectors, { ...options, alike: shy })[0]).toEqual([2, 3, 4]);
  });
});
