import { describe, expect, it } from 'vitest';
import { type LabelledVector, labelConfusion } from './label-confusion.ts';

/** A unit vector at an angle, in degrees. */
const at = (degrees: number, label: string, group: string): LabelledVector => {
  const radians = (degrees * Math.PI) / 180;
  return { label, group, vector: Float32Array.of(Math.cos(radians), Math.sin(radians)) };
};

describe('labelConfusion', () => {
  it('counts what the neighbours of other users say, rows the truth', () => {
    const near = Array.from({ length: 4 }, (_, i) => at(i, 'bank', `b${i}`));
    const far = Array.from({ length: 4 }, (_, i) => at(90 + i, 'trip', `t${i}`));
    const stray = at(2, 'trip', 'stray');
    expect(labelConfusion([...far, stray, ...near])).toEqual({
      classes: ['bank', 'trip'],
      matrix: [
        [4, 0],
        [1, 4],
      ],
      accuracy: 8 / 9,
    });
  });

  it('never asks a user’s own other sessions', () => {
    const own = Array.from({ length: 6 }, () => at(0, 'bank', 'ann'));
    const other = at(45, 'trip', 'bob');
    // all of ann's are the nearest of each other, yet bob's is what they are told by
    expect(labelConfusion([...own, other])?.matrix).toEqual([
      [0, 6],
      [1, 0],
    ]);
  });

  it('has nothing to say of one label, one user, or none', () => {
    expect(labelConfusion([])).toBeNull();
    expect(labelConfusion([at(0, 'a', 'x'), at(1, 'a', 'y')])).toBeNull();
    expect(labelConfusion([at(0, 'a', 'x'), at(1, 'b', 'x')])).toBeNull();
  });
});
