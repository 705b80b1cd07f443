import type { Feed } from '../kernels/kernels.ts';
import type { BertShape } from './bert-shape.ts';

/**
 * Where each token of a batch lies. Only real tokens are computed: all of them, of all texts, are the rows of one
 * matrix. Only attention needs texts side by side; it works on slots, a text's tokens padded to the longest of its
 * bucket. Texts of like length share a bucket, so little is padded.
 *
 * One dummy row, the last, stands for all padding: a padded slot reads it, and it reads one padded slot. Its gradient
 * is zero, so it changes nothing, as long as a padded slot exists; where none does, one is made.
 */
export interface BertGeometry {
  readonly feeds: Map<string, Feed>;
  /** Real tokens: what is computed. */
  readonly tokens: number;
  /** Slots of attention, padding included. */
  readonly slots: number;
}

interface Bucket {
  /** Indices of its texts. */
  readonly texts: readonly number[];
  /** Slots per text. */
  readonly length: number;
}

/**
 * @param texts    token ids of each text, none empty
 * @param buckets  how many attention buckets; a graph is built for one number of them
 * @throws RangeError when a text is empty or longer than the net has positions
 */
export function bertGeometry(
  texts: readonly (readonly number[])[],
  buckets: number,
  shape: Pick<BertShape, 'heads' | 'hidden' | 'positions'>,
): BertGeometry {
  for (const { length } of texts) {
    if (length === 0) throw new RangeError('a text has no token');
    if (length > shape.positions) {
      throw new RangeError(`a text has ${length} tokens, the net ${shape.positions} positions`);
    }
  }
  const order = texts
    .map((_, i) => i)
    .sort((a, b) => lengthOf(texts, a) - lengthOf(texts, b) || a - b);
  const { rows, firstRow, tokens } = layOutRows(texts, order);
  const attention = layOutAttention(cutIntoBuckets(texts, order, buckets), {
    ...shape,
    texts,
    firstRow,
    dummy: tokens,
  });
  const count = texts.length;
  const feeds = new Map<string, Feed>([
    ...rows,
    ...attention.feeds,
    ['textCount', { data: Int32Array.of(count), shape: [] }],
    ['lengthShare', { data: Float32Array.from(texts, (t) => 1 / t.length), shape: [count, 1] }],
  ]);
  return { feeds, tokens, slots: attention.slots };
}

/** Per row: its token, its position, and its text; the dummy row belongs to none (`poolRow` names a row of zeros). */
function layOutRows(texts: readonly (readonly number[])[], order: readonly number[]) {
  const tokens = texts.reduce((sum, { length }) => sum + length, 0);
  const token = new Int32Array(tokens + 1);
  const position = new Int32Array(tokens + 1);
  const text = new Int32Array(tokens + 1).fill(-1);
  const poolRow = new Int32Array(tokens + 1).fill(texts.length);
  const firstRow = new Int32Array(texts.length);
  let row = 0;
  for (const i of order) {
    firstRow[i] = row;
    for (const [p, id] of (texts[i] ?? []).entries()) {
      token[row] = id;
      position[row] = p;
      text[row] = i;
      poolRow[row] = i;
      row += 1;
    }
  }
  const rows: [string, Feed][] = [
    ['token', vector(token)],
    ['position', vector(position)],
    ['text', vector(text)],
    ['poolRow', vector(poolRow)],
  ];
  return { rows, firstRow, tokens };
}

function cutIntoBuckets(
  texts: readonly (readonly number[])[],
  order: readonly number[],
  count: number,
): Bucket[] {
  const perBucket = Math.ceil(order.length / count);
  const buckets = Array.from({ length: count }, (_, i): Bucket => {
    const members = order.slice(i * perBucket, (i + 1) * perBucket);
    return { texts: members, length: Math.max(1, ...members.map((t) => lengthOf(texts, t))) };
  });
  const hasPadding = buckets.some(
    (bucket) =>
      bucket.texts.length === 0 ||
      bucket.texts.some((text) => lengthOf(texts, text) < bucket.length),
  );
  const last = buckets.at(-1);
  if (hasPadding || !last) return buckets;
  return [...buckets.slice(0, -1), { ...last, length: last.length + 1 }];
}

interface AttentionLayout {
  readonly heads: number;
  readonly hidden: number;
  readonly texts: readonly (readonly number[])[];
  readonly firstRow: Int32Array;
  /** The dummy row. */
  readonly dummy: number;
}

/**
 * The gathers between rows and slots. A row of the projected matrix is cut into 3 x heads pieces (query, key, value of
 * each head); a bucket sees pieces as (3, texts x heads, length). Per bucket: `split` (pieces of its slots), `spread`
 * (the same of one head-wide matrix), `mask` (-1e9 on padded keys), and the shapes that reshape needs. For all buckets
 * together, the way back: `join` and `splitBack` (which slot each piece of a row is in). Real rows and real slots map one
 * to one, so the gradient of each gather is a gather too.
 */
function layOutAttention(buckets: readonly Bucket[], layout: AttentionLayout) {
  const { heads, hidden, texts, firstRow, dummy } = layout;
  const width = hidden / heads;
  const join = new Int32Array((dummy + 1) * heads);
  const splitBack = new Int32Array((dummy + 1) * 3 * heads);
  const feeds: [string, Feed][] = [];
  let base = 0; // head-wide slots of the buckets before
  let paddedSlot = 0;
  let paddedPiece = 0;

  buckets.forEach((bucket, b) => {
    const { length } = bucket;
    const members = bucket.texts.length === 0 ? [undefined] : bucket.texts; // an empty bucket is one padded text
    const size = members.length * heads * length;
    const split = new Int32Array(3 * size);
    const spread = new Int32Array(size);
    const mask = new Float32Array(members.length * length);
    members.forEach((text, m) => {
      const real = text === undefined ? 0 : lengthOf(texts, text);
      for (let p = 0; p < length; p += 1) {
        const row = text !== undefined && p < real ? (firstRow[text] ?? 0) + p : dummy;
        if (row === dummy) mask[m * length + p] = -1e9;
        for (let head = 0; head < heads; head += 1) {
          const slot = (m * heads + head) * length + p;
          spread[slot] = row * heads + head;
          if (row === dummy) paddedSlot = base + slot;
          else join[row * heads + head] = base + slot;
          for (let part = 0; part < 3; part += 1) {
            const piece = (row * 3 + part) * heads + head;
            split[part * size + slot] = piece;
            if (row === dummy) paddedPiece = 3 * base + part * size + slot;
            else splitBack[piece] = 3 * base + part * size + slot;
          }
        }
      }
    });
    const batch = members.length * heads;
    feeds.push(
      [`split${b}`, vector(split)],
      [`spread${b}`, vector(spread)],
      [`mask${b}`, { data: mask, shape: [members.length, 1, 1, length] }],
      [`piecesShape${b}`, vector(Int32Array.of(3, batch, length, width))],
      [`maskedShape${b}`, vector(Int32Array.of(members.length, heads, length, length))],
      [`scoresShape${b}`, vector(Int32Array.of(batch, length, length))],
      [`headsShape${b}`, vector(Int32Array.of(batch, length, width))],
    );
    base += size;
  });

  join.fill(paddedSlot, dummy * heads);
  splitBack.fill(paddedPiece, dummy * 3 * heads);
  feeds.push(['join', vector(join)], ['splitBack', vector(splitBack)]);
  return { feeds, slots: base / heads };
}

function lengthOf(texts: readonly (readonly number[])[], index: number): number {
  return texts[index]?.length ?? 0;
}

function vector(data: Int32Array): Feed {
  return { data, shape: [data.length] };
}
