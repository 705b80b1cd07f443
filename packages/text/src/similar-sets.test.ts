import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearClusters } from './near-clusters.ts';
import { jaccard, shingles, shinglesWithFigures } from './near-duplicate/shingles.ts';
import { similarSets } from './near-duplicate/similar-sets.ts';
import { nearPlaces } from './near-places.ts';

const anySets = fc.array(
  fc
    .uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 12 })
    .map((members) => Uint32Array.from(members).sort()),
  { maxLength: 30 },
);

function everyPair(sets: readonly Uint32Array[], threshold: number): string[] {
  return sets.flatMap((a, i) =>
    sets.slice(i + 1).flatMap((b, j) => (jaccard(a, b) >= threshold ? `${i} ${i + 1 + j}` : [])),
  );
}

describe('similarSets', () => {
  it('finds exactly the pairs that a comparison of all with all finds', () => {
    fc.assert(
      fc.property(anySets, fc.constantFrom(0.5, 0.6, 0.75, 0.8, 0.9, 1), (sets, threshold) => {
        const found: string[] = [];
        similarSets(sets, {
          threshold,
          skip: () => false,
          found: (a, b) => found.push(a < b ? `${a} ${b}` : `${b} ${a}`),
        });
        expect(found.sort()).toEqual(everyPair(sets, threshold).sort());
      }),
      { numRuns: 500 },
    );
  });
});

const ways = [shingles, shinglesWithFigures];

/** Few words in many orders: most texts have a near-duplicate. */
const anyTexts = fc.array(
  fc
    .array(fc.constantFrom('the lamp', 'glows', 'dimly', 'at night 17', 'again 18', '!'), {
      minLength: 1,
      maxLength: 9,
    })
    .map((words) => words.join(' ')),
  { maxLength: 25 },
);

describe('nearPlaces', () => {
  it('names every place of a text that is near, as a comparison of all with all does', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const places = texts.map((_, i) => new Set([i % 7]));
        const near = nearPlaces(texts, places, 0.75);
        for (const [i, text] of texts.entries()) {
          const expected = texts.flatMap((other, j) =>
            ways.some((of) => jaccard(of(text), of(other)) >= 0.75) ? [j % 7] : [],
          );
          expect([...(near[i] ?? [])].sort()).toEqual([...new Set(expected)].sort());
        }
      }),
    );
  });

  it('sees one long number around which two short texts differ', () => {
    const texts = ['id 83920571640295813367420 yes', 'id 83920571640295813367420 no'];
    const near = nearPlaces(texts, [new Set([0]), new Set([1])], 0.75);
    expect(near.map((places) => places.size)).toEqual([2, 2]);
  });
});

describe('nearClusters', () => {
  it('joins what is near, directly or through others, and nothing else', () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const clusters = nearClusters(texts);
        const expected = texts.map((_, i) => i);
        const merge = (from: number, to: number) =>
          expected.forEach((cluster, i) => {
            if (cluster === from) expected[i] = to;
          });
        for (const [i, a] of texts.entries()) {
          for (const [j, b] of texts.entries()) {
            if (ways.some((of) => jaccard(of(a), of(b)) >= 0.8))
              merge(expected[j] ?? j, expected[i] ?? i);
          }
        }
        for (const i of texts.keys()) {
          for (const j of texts.keys()) {
            expect(clusters[i] === clusters[j]).toBe(expected[i] === expected[j]);
          }
        }
      }),
    );
  });

  it('stays linear when 5,000 texts are equal and 1,000 share a template', () => {
    const question = 'Is there anything else that I can do for you';
    const texts = [
      ...Array.from({ length: 5000 }, () => `${question}?`),
      ...Array.from(
        { length: 1000 },
        (_, i) => `${question}, ${'abcdefgh'[i % 8]}${i.toString(36)}?`,
      ),
    ];
    const start = performance.now();
    expect(new Set(nearClusters(texts)).size).toBe(1);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
