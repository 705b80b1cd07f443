import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bertGeometry } from './bert-geometry.ts';

const shape = { heads: 2, hidden: 6, positions: 12 };
const batches = fc.array(
  fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 12 }),
  {
    minLength: 1,
    maxLength: 9,
  },
);

function feedsOf(texts: readonly (readonly number[])[], buckets: number) {
  const geometry = bertGeometry(texts, buckets, shape);
  const data = (name: string): number[] => [...(geometry.feeds.get(name)?.data ?? [])];
  return { ...geometry, data };
}

describe('bertGeometry()', () => {
  test('gives every token one row, and padding the last', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 4 }), (texts, buckets) => {
        const { data, tokens } = feedsOf(texts, buckets);
        const rebuilt = texts.map((): number[] => []);
        data('token').forEach((id, row) => {
          const text = rebuilt[data('text')[row] ?? -1];
          if (text) text[data('position')[row] ?? -1] = id;
        });
        expect(rebuilt).toEqual(texts);
        expect(tokens).toBe(texts.flat().length);
        expect(data('text').filter((text) => text === -1)).toHaveLength(1);
      }),
    );
  });

  test('brings every piece of a row to one slot and back, in every bucket', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 4 }), (texts, buckets) => {
        const { data, tokens } = feedsOf(texts, buckets);
        const pieces = Array.from({ length: buckets }, (_, b) => data(`split${b}`)).flat();
        const spread = Array.from({ length: buckets }, (_, b) => data(`spread${b}`)).flat();
        // what `splitBack` and `join` point at is the piece itself; for the dummy row, some padded slot
        data('splitBack').forEach((slot, piece) => {
          expect(pieces[slot]).toBeDefined();
          if (piece < tokens * 3 * shape.heads) expect(pieces[slot]).toBe(piece);
          else expect(pieces[slot]).toBeGreaterThanOrEqual(tokens * 3 * shape.heads);
        });
        data('join').forEach((slot, piece) => {
          if (piece < tokens * shape.heads) expect(spread[slot]).toBe(piece);
          else expect(spread[slot]).toBeGreaterThanOrEqual(tokens * shape.heads);
        });
      }),
    );
  });

  test('masks padded keys and nothing else', () => {
    const { data, slots } = feedsOf([[1, 2, 3], [4], [5, 6]], 1);
    const [open, shut] = [0, Math.fround(-1e9)];
    // texts by length: [4], [5, 6], [1, 2, 3]
    expect(data('mask0')).toEqual([open, shut, shut, open, open, shut, open, open, open]);
    expect(slots).toBe(9);
  });

  test('pads less with more buckets', () => {
    const texts = Array.from({ length: 8 }, (_, i) => new Array<number>(i + 1).fill(7));
    const slots = [1, 2, 4].map((buckets) => feedsOf(texts, buckets).slots);
    expect(slots).toEqual([64, 4 * 4 + 4 * 8, 2 * (2 + 4 + 6 + 8)]);
  });

  test('makes a padded slot where none is, for the dummy row to live in', () => {
    expect(
      feedsOf(
        [
          [1, 2],
          [3, 4],
        ],
        1,
      ).slots,
    ).toBe(6);
  });

  test('refuses an empty text and one that is longer than the net', () => {
    expect(() => feedsOf([[1], []], 1)).toThrow('no token');
    expect(() => feedsOf([new Array<number>(13).fill(1)], 1)).toThrow('13 tokens');
  });
});
