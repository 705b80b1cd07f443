import { describe, expect, it } from 'vitest';
import { probeLoss } from './probe-loss.ts';

/** Row i points along axis `axes[i]`. */
const unit = (axes: readonly number[], dimension: number): Float32Array => {
  const rows = new Float32Array(axes.length * dimension);
  axes.forEach((axis, i) => {
    rows[i * dimension + axis] = 1;
  });
  return rows;
};

describe('probeLoss', () => {
  it('is 0 when every reply is found, the log of the batch when all look alike', () => {
    const apart = unit([0, 1, 2], 3);
    expect(probeLoss({ anchors: apart, positives: apart, dimension: 3 })).toBeCloseTo(0, 6);
    const alike = unit([0, 0, 0], 3);
    expect(probeLoss({ anchors: alike, positives: alike, dimension: 3 })).toBeCloseTo(Math.log(3));
    const wrong = unit([1, 2, 0], 3);
    expect(probeLoss({ anchors: apart, positives: wrong, dimension: 3 })).toBeCloseTo(20, 5);
  });

  it('compares within batches of 32', () => {
    const alike = unit(new Array<number>(40).fill(0), 2);
    const expected = (32 * Math.log(32) + 8 * Math.log(8)) / 40;
    expect(probeLoss({ anchors: alike, positives: alike, dimension: 2 })).toBeCloseTo(expected);
  });
});
