import { describe, expect, it } from 'vitest';
import { readWeight, weightField } from './message-weight.ts';

describe('readWeight()', () => {
  it.each([
    [undefined, 1],
    [null, 1],
    [0, 0],
    [0.25, 0.25],
    [1, 1],
    [1.5, null],
    [-0.1, null],
    ['0', null],
    [false, null],
  ])('of %j is %j', (weight, read) => expect(readWeight(weight)).toBe(read));
});

describe('weightField()', () => {
  it('is there only where an assistant trains less than in full; what cannot be read trains nothing', () => {
    expect(weightField({ role: 'assistant' })).toEqual({});
    expect(weightField({ role: 'assistant', weight: 1 })).toEqual({});
    expect(weightField({ role: 'assistant', weight: 0 })).toEqual({ weight: 0 });
    expect(weightField({ role: 'assistant', weight: 'none' })).toEqual({ weight: 0 });
    expect(weightField({ role: 'user', weight: 0 })).toEqual({});
  });
});
