import type { Feed } from '../kernels/kernels.ts';
import type { MarianShape } from './marian-shape.ts';
import type { Feeds } from './net.ts';

/** Added to the score of what is not there: its share becomes exactly zero. */
const HIDDEN_SCORE = -1e9;

/**
 * Where each token of the sources lies: rows are (source, place), attention works on (source, head, place).
 * @param sources  token ids, none empty; in the first the longest need not be
 */
export function sourceFeeds(
  sources: readonly (readonly number[])[],
  { encoder, decoder, pad }: Pick<MarianShape, 'encoder' | 'decoder' | 'pad'>,
): Feeds {
  const count = sources.length;
  const longest = Math.max(...sources.map(({ length }) => length));
  const rows = count * longest;
  const each = (length: number, value: (i: number) => number): Feed => ({
    data: Int32Array.from({ length }, (_, i) => value(i)),
    shape: [length],
  });
  /** The piece of a row, by (source, head, place): `of` pieces a row, the heads of `part` after one another. */
  const pieces = (heads: number, of: number, part: number): Feed =>
    each(rows * heads, (i) => {
      const [place, head, source] = [
        i % longest,
        Math.floor(i / longest) % heads,
        Math.floor(i / longest / heads),
      ];
      return (source * longest + place) * of * heads + part * heads + head;
    });
  const isReal = (i: number): boolean =>
    i % longest < (sources[Math.floor(i / longest)]?.length ?? 0);
  return new Map<string, Feed>([
    ['token', each(rows, (i) => sources[Math.floor(i / longest)]?.[i % longest] ?? pad)],
    ['position', each(rows, (i) => i % longest)],
    ['query', pieces(encoder.heads, 3, 0)],
    ['key', pieces(encoder.heads, 3, 1)],
    ['value', pieces(encoder.heads, 3, 2)],
    [
      'join',
      each(rows * encoder.heads, (i) => {
        const [head, place, source] = [
          i % encoder.heads,
          Math.floor(i / encoder.heads) % longest,
          Math.floor(i / encoder.heads / longest),
        ];
        return (source * encoder.heads + head) * longest + place;
      }),
    ],
    ['crossKey', pieces(decoder.heads, 2, 0)],
    ['crossValue', pieces(decoder.heads, 2, 1)],
    [
      'mask',
      {
        data: Float32Array.from({ length: rows }, (_, i) => (isReal(i) ? 0 : HIDDEN_SCORE)),
        shape: [count, 1, 1, longest],
      },
    ],
  ]);
}
