import { halfToFloat } from './half.ts';

/** How a tensor type of ggml packs its values: blocks of a fixed number of values in a fixed number of bytes. */
export interface BlockType {
  readonly name: string;
  /** Values of a block. */
  readonly values: number;
  /** Bytes of a block. */
  readonly bytes: number;
  readonly unpack: Unpack;
}

/**
 * Unpacks the block that begins at byte `o` of `b` into `y` from `at` on. A product is rounded to float32 before
 * something is added to it, as ggml's reference in Python does it: equal to the last bit.
 */
type Unpack = (b: Uint8Array, o: number, y: Float32Array, at: number) => void;

const { fround } = Math;
const byte = (b: Uint8Array, i: number): number => b[i] ?? 0;
const signed = (b: Uint8Array, i: number): number => (byte(b, i) << 24) >> 24;
const half = (b: Uint8Array, i: number): number => halfToFloat(byte(b, i) | (byte(b, i + 1) << 8));
const word = (b: Uint8Array, i: number): number =>
  byte(b, i) | (byte(b, i + 1) << 8) | (byte(b, i + 2) << 16) | (byte(b, i + 3) << 24);

/** Four bits of value i of 32: the low halves of 16 bytes, then the high halves. */
const nibble = (b: Uint8Array, o: number, i: number): number =>
  i < 16 ? byte(b, o + i) & 15 : byte(b, o + i - 16) >> 4;

/** Values that stand alone. */
function single(value: (b: Uint8Array, o: number) => number): Unpack {
  return (b, o, y, at) => {
    y[at] = value(b, o);
  };
}

/** Values of one scale: y = d · value(i). */
function scaled(count: number, value: (b: Uint8Array, o: number, i: number) => number): Unpack {
  return (b, o, y, at) => {
    const d = half(b, o);
    for (let i = 0; i < count; i += 1) y[at + i] = d * value(b, o, i);
  };
}

/** Values of one scale and one minimum: y = d · value(i) + m. */
function shifted(count: number, value: (b: Uint8Array, o: number, i: number) => number): Unpack {
  return (b, o, y, at) => {
    const [d, m] = [half(b, o), half(b, o + 2)];
    for (let i = 0; i < count; i += 1) y[at + i] = fround(d * value(b, o, i)) + m;
  };
}

/** Scale and minimum of group g of 8, six bits each, in the 12 bytes from `o` on. */
function sixBits(b: Uint8Array, o: number, g: number): [scale: number, minimum: number] {
  const [low, high] = [byte(b, o + (g & 3)), byte(b, o + 4 + (g & 3))];
  if (g < 4) return [low & 63, high & 63];
  const rest = byte(b, o + 4 + g);
  return [(rest & 15) | ((low >> 2) & 48), (rest >> 4) | ((high >> 2) & 48)];
}

/** 256 values in 8 groups of 32, each with its own scale and minimum: Q4_K and Q5_K. */
function grouped(value: (b: Uint8Array, o: number, i: number) => number): Unpack {
  return (b, o, y, at) => {
    const [d, m] = [half(b, o), half(b, o + 2)];
    for (let g = 0; g < 8; g += 1) {
      const [scale, minimum] = sixBits(b, o + 4, g);
      const [factor, offset] = [fround(d * scale), fround(m * minimum)];
      for (let i = g * 32; i < g * 32 + 32; i += 1) {
        y[at + i] = fround(factor * value(b, o, i)) - offset;
      }
    }
  };
}

/** Four bits of value i of 256: 32 low halves, then the 32 high halves of the same bytes, and so on. */
const nibbleOf256 = (b: Uint8Array, o: number, i: number): number =>
  (byte(b, o + (i >> 6) * 32 + (i & 31)) >> (((i >> 5) & 1) * 4)) & 15;

/** Two bits of value i of 256: of each 32 bytes the lowest two, then the next two, and so on. */
const twoBits = (b: Uint8Array, o: number, i: number): number =>
  (byte(b, o + (i >> 7) * 32 + (i & 31)) >> (((i >> 5) & 3) * 2)) & 3;

const q2K: Unpack = (b, o, y, at) => {
  const [d, m] = [half(b, o + 80), half(b, o + 82)];
  for (let i = 0; i < 256; i += 1) {
    const both = byte(b, o + (i >> 4));
    const [factor, offset] = [fround(d * (both & 15)), fround(m * (both >> 4))];
    y[at + i] = fround(factor * twoBits(b, o + 16, i)) - offset;
  }
};

const q3K: Unpack = (b, o, y, at) => {
  const d = half(b, o + 108);
  for (let i = 0; i < 256; i += 1) {
    const g = i >> 4;
    const low = (byte(b, o + 96 + (g & 7)) >> ((g >> 3) * 4)) & 15;
    const high = (byte(b, o + 104 + (g & 3)) >> ((g >> 2) * 2)) & 3;
    const factor = fround(d * ((low | (high << 4)) - 32));
    const top = (byte(b, o + (i & 31)) >> (i >> 5)) & 1;
    y[at + i] = factor * (twoBits(b, o + 32, i) - (1 - top) * 4);
  }
};

const q6K: Unpack = (b, o, y, at) => {
  const d = half(b, o + 208);
  for (let i = 0; i < 256; i += 1) {
    const [h, r, l] = [i >> 7, (i >> 5) & 3, i & 31];
    const low = (byte(b, o + h * 64 + (r & 1) * 32 + l) >> ((r >> 1) * 4)) & 15;
    const high = (byte(b, o + 128 + h * 32 + l) >> (r * 2)) & 3;
    const factor = fround(d * signed(b, o + 192 + (i >> 4)));
    y[at + i] = factor * ((low | (high << 4)) - 32);
  }
};

const float32 = new Float32Array(1);
const float32Bits = new Uint32Array(float32.buffer);
const fromBits = (bits: number): number => {
  float32Bits[0] = bits;
  return float32[0] ?? Number.NaN;
};

/** What the 16 values of IQ4_NL stand for. */
const UNEVEN = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

/** The types by their number in a GGUF file. */
export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map<number, BlockType>([
  [
    0,
    block(
      'F32',
      1,
      4,
      single((b, o) => fromBits(word(b, o))),
    ),
  ],
  [1, block('F16', 1, 2, single(half))],
  [
    2,
    block(
      'Q4_0',
      32,
      18,
      scaled(32, (b, o, i) => nibble(b, o + 2, i) - 8),
    ),
  ],
  [
    3,
    block(
      'Q4_1',
      32,
      20,
      shifted(32, (b, o, i) => nibble(b, o + 4, i)),
    ),
  ],
  [
    6,
    block(
      'Q5_0',
      32,
      22,
      scaled(32, (b, o, i) => (nibble(b, o + 6, i) | (((word(b, o + 2) >>> i) & 1) << 4)) - 16),
    ),
  ],
  [
    7,
    block(
      'Q5_1',
      32,
      24,
      shifted(32, (b, o, i) => nibble(b, o + 8, i) | (((word(b, o + 4) >>> i) & 1) << 4)),
    ),
  ],
  [
    8,
    block(
      'Q8_0',
      32,
      34,
      scaled(32, (b, o, i) => signed(b, o + 2 + i)),
    ),
  ],
  [10, block('Q2_K', 256, 84, q2K)],
  [11, block('Q3_K', 256, 110, q3K)],
  [
    12,
    block(
      'Q4_K',
      256,
      144,
      grouped((b, o, i) => nibbleOf256(b, o + 16, i)),
    ),
  ],
  [
    13,
    block(
      'Q5_K',
      256,
      176,
      grouped(
        (b, o, i) =>
          nibbleOf256(b, o + 48, i) | (((byte(b, o + 16 + (i & 31)) >> (i >> 5)) & 1) << 4),
      ),
    ),
  ],
  [14, block('Q6_K', 256, 210, q6K)],
  [
    20,
    block(
      'IQ4_NL',
      32,
      18,
      scaled(32, (b, o, i) => UNEVEN[nibble(b, o + 2, i)] ?? 0),
    ),
  ],
  [
    30,
    block(
      'BF16',
      1,
      2,
      single((b, o) => fromBits((word(b, o) & 0xffff) << 16)),
    ),
  ],
]);

function block(name: string, values: number, bytes: number, unpack: Unpack): BlockType {
  return { name, values, bytes, unpack };
}
