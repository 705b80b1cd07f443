import type { Feed } from '../kernels/kernels.ts';
import type { Feeds } from './net.ts';

/** One answer that is being written. */
export interface Writing {
  /** The token that comes in. */
  readonly token: number;
  /** Where its tokens lie among all that were ever computed, this one last. */
  readonly places: readonly number[];
}

/**
 * Where the tokens of a step lie: rows are (source, beam); what attention to the source works on is (source, head, beam).
 * @param writing  all answers of the first source, then of the next, equally many; their places equally many
 */
export function stepFeeds(
  writing: readonly Writing[],
  { heads, beams }: { readonly heads: number; readonly beams: number },
): Feeds {
  const count = writing.length;
  const length = writing[0]?.places.length ?? 0;
  const each = (size: number, value: (i: number) => number): Feed => ({
    data: Int32Array.from({ length: size }, (_, i) => value(i)),
    shape: [size],
  });
  const part = (which: number): Feed =>
    each(count * heads, (i) => Math.floor(i / heads) * 3 * heads + which * heads + (i % heads));
  return new Map<string, Feed>([
    ['token', each(count, (i) => writing[i]?.token ?? 0)],
    ['position', each(1, () => length - 1)],
    ['query', part(0)],
    ['key', part(1)],
    ['value', part(2)],
    [
      'slot',
      each(count * heads * length, (i) => {
        const [time, head, row] = [
          i % length,
          Math.floor(i / length) % heads,
          Math.floor(i / length / heads),
        ];
        return (writing[row]?.places[time] ?? 0) * heads + head;
      }),
    ],
    [
      'spread',
      each(count * heads, (i) => {
        const [beam, head, source] = [
          i % beams,
          Math.floor(i / beams) % heads,
          Math.floor(i / beams / heads),
        ];
        return (source * beams + beam) * heads + head;
      }),
    ],
    [
      'join',
      each(count * heads, (i) => {
        const [head, beam, source] = [
          i % heads,
          Math.floor(i / heads) % beams,
          Math.floor(i / heads / beams),
        ];
        return (source * heads + head) * beams + beam;
      }),
    ],
  ]);
}
