import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { shingles } from './near-duplicate/shingles.ts';
import { duplicateGroups, nearDuplicates } from './near-duplicate.ts';

vi.setConfig({ testTimeout: 60_000 });

const words = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 30, maxLength: 40 });

/** By definition, without hashing: shares of 5-character pieces. */
function exactJaccard(a: string, b: string): number {
  const pieces = (text: string) =>
    new Set(Array.from({ length: text.length - 4 }, (_, i) => text.slice(i, i + 5)));
  const x = pieces(a);
  const y = pieces(b);
  const common = [...x].filter((piece) => y.has(piece)).length;
  return common / (x.size + y.size - common);
}

describe('nearDuplicates()', () => {
  it('finds texts that differ in case, punctuation and figures only', () => {
    const pairs = nearDuplicates([
      'My order 123 is late!',
      'something else',
      'my order 77 is late',
    ]);
    expect(pairs).toEqual([{ a: 0, b: 2, similarity: 1 }]);
  });

  it('gives the exact Jaccard index of each pair, never one below the threshold', () => {
    fc.assert(
      fc.property(words, fc.nat(29), (list, at) => {
        const texts = [list.join(' '), list.filter((_, i) => i !== at).join(' ')];
        const exact = exactJaccard(texts[0] ?? '', texts[1] ?? '');
        const [pair] = nearDuplicates(texts);
        if (pair !== undefined) {
          expect(pair.similarity).toBeCloseTo(exact, 12);
          expect(pair.similarity).toBeGreaterThanOrEqual(0.8);
        }
        // 1 - (1 - 0.85^6)^20 = 0.9999: a miss above 0.85 in these runs is a fault
        if (exact >= 0.85) expect(pair).toBeDefined();
      }),
      { seed: 7 },
    );
  });

  it('puts texts into the same groups whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(words, { minLength: 2, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (lists, draws) => {
          const texts = lists.flatMap((list) => [
            list.join(' '),
            list.slice(1).join(' '),
            list.join('  '),
          ]);
          const order = texts
            .map((text) => ({ text, key: draws.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key);
          const partition = (of: string[]) => {
            const groups = duplicateGroups(of.length, nearDuplicates(of));
            return new Set(
              groups.map((g) =>
                of
                  .filter((_, i) => groups[i] === g)
                  .sort()
                  .join('|'),
              ),
            );
          };
          expect(partition(order.map((o) => o.text))).toEqual(partition(texts));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stays linear when 5,000 texts are equal and 1,000 share a template', () => {
    const texts = [
      ...Array.from({ length: 5000 }, () => 'Is there anything else that I can do for you?'),
      ...Array.from(
        { length: 1000 },
        (_, i) =>
          `Is there anything else that I can do for you, ${'abcdefgh'[i % 8]}${i.toString(36)}?`,
      ),
    ];
    const start = performance.now();
    expect(nearDuplicates(texts).length).toBeGreaterThan(5000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  it('takes texts shorter than a shingle whole', () => {
    expect(shingles('ok')).toHaveLength(1);
    expect(nearDuplicates(['ok', 'no', 'OK!', ''])).toEqual([{ a: 0, b: 2, similarity: 1 }]);
  });
});
