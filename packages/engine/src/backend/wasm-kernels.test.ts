import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openWasm } from './wasm.ts';

/** Runs `compute` on both backends; plain JavaScript is the oracle. */
async function onBoth(compute: () => tf.Tensor): Promise<[wasm: number[], oracle: number[]]> {
  const valuesOn = async (open: () => Promise<unknown>): Promise<number[]> => {
    await open();
    const held = tf.memory().numTensors;
    const output = tf.tidy(compute);
    const values = [...output.dataSync()];
    output.dispose();
    expect(tf.memory().numTensors).toBe(held);
    return values;
  };
  return [await valuesOn(openWasm), await valuesOn(() => tf.setBackend('cpu'))];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i] ?? NaN, 4);
}

const value = fc.double({ min: -8, max: 8, noNaN: true });

test('wasm sums rows by segment as plain JavaScript does', async () => {
  const rows = fc
    .record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 4 }) })
    .chain(({ rows: count, columns }) =>
      fc.record({
        matrix: fc.array(fc.array(value, { minLength: columns, maxLength: columns }), {
          minLength: count,
          maxLength: count,
        }),
        segments: fc.array(fc.nat({ max: 4 }), { minLength: count, maxLength: count }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(rows, async ({ matrix, segments }) => {
      const [wasm, oracle] = await onBoth(() =>
        tf.unsortedSegmentSum(tf.tensor2d(matrix), tf.tensor1d(segments, 'int32'), 5),
      );
      expectClose(wasm, oracle);
    }),
    { numRuns: 25 },
  );
});

test('the gradient of a gather runs on wasm and adds up rows that were taken twice', async () => {
  const [wasm, oracle] = await onBoth(() =>
    tf.grad((table) => {
      const taken = tf.gather(table, tf.tensor1d([0, 2, 2, 1], 'int32'));
      return tf.sum(tf.mul(taken, tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8], [4, 2])));
    })(tf.zeros([4, 2])),
  );
  expect(oracle).toEqual([1, 2, 7, 8, 8, 10, 0, 0]);
  expect(wasm).toEqual(oracle);
});

test.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('wasm multiplies matrices, transposed %s and %s, as plain JavaScript does', async (ta, tb) => {
  const values = (size: number) => Array.from({ length: size }, (_, i) => ((i * 7) % 11) - 5);
  const [wasm, oracle] = await onBoth(() => {
    const a = tf.tensor2d(values(15), ta ? [5, 3] : [3, 5]);
    const b = tf.tensor2d(values(20), tb ? [4, 5] : [5, 4]);
    return tf.matMul(a, b, ta, tb);
  });
  expectClose(wasm, oracle);
});

test('wasm still multiplies batches of matrices, which are not transposed by hand', async () => {
  const values = (size: number) => Array.from({ length: size }, (_, i) => ((i * 5) % 7) - 3);
  const [wasm, oracle] = await onBoth(() =>
    tf.matMul(tf.tensor3d(values(24), [2, 3, 4]), tf.tensor3d(values(40), [2, 5, 4]), false, true),
  );
  expectClose(wasm, oracle);
});
