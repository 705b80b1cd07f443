import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearCopies } from './near-copies.ts';
import { jaccard, shingles } from './near-duplicate/shingles.ts';

const sentence = fc
  .array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 20, maxLength: 30 })
  .map((words) => words.join(' '));

describe('nearCopies()', () => {
  it('names for a near copy the earlier text that stays, and how like it is', () => {
    const copies = nearCopies([
      'My order 123 is late!',
      'something else',
      'my order 77 is late',
      'Is my order 5 late?',
    ]);
    expect(copies).toEqual([null, null, { of: 0, similarity: 1 }, null]);
  });

  it('leaves texts without a letter or digit alone', () => {
    expect(nearCopies(['👍', '🔥', '', '!!'])).toEqual([null, null, null, null]);
  });

  it('says what comparing with every text that stays would say, for what is 0.9 alike', () => {
    // 1 - (1 - 0.9^6)^20 misses one in 10^7
    const texts = fc.array(sentence, { minLength: 1, maxLength: 6 }).chain((originals) =>
      fc.array(
        fc.tuple(fc.constantFrom(...originals), fc.nat(8)).map(([text, cut]) => text.slice(cut)),
        { maxLength: 12 },
      ),
    );
    fc.assert(
      fc.property(texts, (given) => {
        const copies = nearCopies(given, 0.9);
        const sets = given.map(shingles);
        const like = (a: number, b: number) =>
          jaccard(sets[a] ?? new Uint32Array(), sets[b] ?? new Uint32Array());
        for (const [at, copy] of copies.entries()) {
          const staying = [...copies.keys()].filter((i) => i < at && copies[i] === null);
          const best = Math.max(0, ...staying.map((i) => like(at, i)));
          expect(copy?.similarity ?? null).toBe(best >= 0.9 ? best : null);
          if (copy) expect(copies[copy.of]).toBeNull();
        }
      }),
      { seed: 11, numRuns: 60 },
    );
  });

  it('costs one comparison for each of 5,000 near copies', () => {
    const template = 'Is there anything else that I can do for you today, dear customer of ours';
    const texts = Array.from({ length: 5000 }, (_, i) => `${template} ${i.toString(36)}`);
    const start = performance.now();
    const copies = nearCopies(texts);
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(copies.filter((copy) => copy === null).length).toBeLessThan(5);
  });
});
