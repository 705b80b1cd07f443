import type { Feed } from '../kernels/kernels.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { Feeds } from './net.ts';
import { anglesOf } from './rotary.ts';

/**
 * Where each token of a batch lies, as in bert-geometry.ts: the rows are the real tokens of all sequences and one dummy
 * row, the last, that stands for all padding; attention works on slots, each sequence padded to the longest.
 *
 * No mask of the padding is needed: a token sees only tokens before it, and padding comes after all of them. A padded
 * slot reads the dummy row, and the dummy row reads a padded slot, whose gradient is zero; where none exists, one is made.
 * @param sequences  token ids, none empty
 */
export function llamaGeometry(
  sequences: readonly (readonly number[])[],
  shape: Pick<LlamaShape, 'heads' | 'keyHeads' | 'headWidth' | 'theta'>,
): Feeds {
  const { heads, keyHeads, headWidth } = shape;
  const count = sequences.length;
  const tokens = sequences.reduce((sum, { length }) => sum + length, 0);
  const longest = Math.max(...sequences.map(({ length }) => length));
  const length = longest * count === tokens ? longest + 1 : longest;
  const dummy = tokens;
  const pieces = heads + 2 * keyHeads; // of a row: the heads of query, key and value
  const querySlots = count * heads * length;
  const keySlots = count * keyHeads * length;

  const token = new Int32Array(tokens + 1);
  const queryPiece = new Int32Array(querySlots);
  const queryPosition = new Int32Array(querySlots);
  const keyPiece = new Int32Array(keySlots);
  const keyPosition = new Int32Array(keySlots);
  const valuePiece = new Int32Array(keySlots);
  const spread = new Int32Array(querySlots);
  const join = new Int32Array((tokens + 1) * heads);
  const splitBack = new Int32Array((tokens + 1) * pieces);
  let padded = 0;
  let row = 0;
  for (const [s, ids] of sequences.entries()) {
    token.set(ids, row);
    for (let p = 0; p < length; p += 1) {
      const isReal = p < ids.length;
      const at = isReal ? row + p : dummy;
      for (let h = 0; h < heads; h += 1) {
        const slot = (s * heads + h) * length + p;
        queryPiece[slot] = at * pieces + h;
        queryPosition[slot] = p;
        spread[slot] = at * heads + h;
        if (!isReal) padded = slot;
        else {
          splitBack[at * pieces + h] = slot;
          join[at * heads + h] = slot;
        }
      }
      for (let h = 0; h < keyHeads; h += 1) {
        const slot = (s * keyHeads + h) * length + p;
        keyPiece[slot] = at * pieces + heads + h;
        keyPosition[slot] = p;
        valuePiece[slot] = at * pieces + heads + keyHeads + h;
        if (!isReal) continue;
        splitBack[at * pieces + heads + h] = querySlots + slot;
        splitBack[at * pieces + heads + keyHeads + h] = querySlots + keySlots + slot;
      }
    }
    row += ids.length;
  }
  join.fill(padded, dummy * heads);
  splitBack.fill(padded, dummy * pieces);

  const groups = count * keyHeads;
  const rowsOfGroup = (heads / keyHeads) * length;
  return new Map<string, Feed>([
    ['token', vector(token)],
    ['queryPiece', vector(queryPiece)],
    ['queryPosition', vector(queryPosition)],
    ['keyPiece', vector(keyPiece)],
    ['keyPosition', vector(keyPosition)],
    ['valuePiece', vector(valuePiece)],
    ['spread', vector(spread)],
    ['join', vector(join)],
    ['splitBack', vector(splitBack)],
    ['queryShape', dimensions(groups, rowsOfGroup, headWidth)],
    ['keyShape', dimensions(groups, length, headWidth)],
    ['maskedShape', dimensions(count * heads, length, length)],
    ['scoresShape', dimensions(groups, rowsOfGroup, length)],
    ['mask', causalMask(length, length)],
    ...angles(length, shape),
  ]);
}

/** What a query at the end of `keys` positions must not see: (queries, keys), 0 or very negative. */
export function causalMask(queries: number, keys: number): Feed {
  const mask = new Float32Array(queries * keys);
  const first = keys - queries; // position of the first query
  for (let q = 0; q < queries; q += 1) mask.fill(-1e9, q * keys + first + q + 1, (q + 1) * keys);
  return { data: mask, shape: [queries, keys] };
}

/** Tables by position; 1 / sqrt(width) of the scores sits in those of the query. */
export function angles(
  length: number,
  shape: Pick<LlamaShape, 'headWidth' | 'theta'>,
): [string, Feed][] {
  const { cos, sin } = anglesOf(length, shape);
  const scale = 1 / Math.sqrt(shape.headWidth);
  const table = (data: Float32Array): Feed => ({ data, shape: [length, shape.headWidth] });
  return [
    ['queryCos', table(cos.map((x) => x * scale))],
    ['querySin', table(sin.map((x) => x * scale))],
    ['keyCos', table(cos)],
    ['keySin', table(sin)],
  ];
}

export const vector = (data: Int32Array): Feed => ({ data, shape: [data.length] });
export const dimensions = (...sizes: number[]): Feed => vector(Int32Array.from(sizes));
