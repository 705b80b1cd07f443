import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { copyNotes, limitCopies } from './copies.ts';

const original = aPair();
const examples = [
  original,
  ...(['synonym', 'deletion'] as const).flatMap((technique) => [
    aCopyOf(original, technique, 1),
    aCopyOf(original, technique, 2),
  ]),
];
const trained = (policy: Record<string, number>, seed = 1) => {
  const { kept, dropped } = limitCopies(examples, { policy, seed });
  return { kept: kept.slice(1).map(({ technique }) => technique), dropped };
};

describe('limitCopies()', () => {
  it('lets one copy of each original train before any ablation, drawn by seed', () => {
    expect(trained({}).kept).toHaveLength(1);
    expect(trained({}).dropped).toEqual({ copy_limit: 3 });
    const seeds = Array.from({ length: 20 }, (_, seed) => trained({}, seed).kept[0]);
    expect(new Set(seeds)).toEqual(new Set(['synonym', 'deletion']));
  });

  it('lets those train that an ablation kept, as many as it measured, and none that it switched off', () => {
    expect(trained({ synonym: 2, deletion: 0 })).toEqual({
      kept: ['synonym', 'synonym'],
      dropped: { technique_off: 2 },
    });
    expect(trained({ synonym: 1, deletion: 1 }).kept).toEqual(['synonym', 'deletion']);
  });

  it('lets one copy train of all techniques that were not ablated, beside those that were', () => {
    expect(trained({ synonym: 2 }).kept).toEqual(['synonym', 'synonym', 'deletion']);
    expect(trained({ synonym: 0 }).dropped).toEqual({ technique_off: 2, copy_limit: 1 });
  });
});

it('copyNotes() says what was ablated and what was not', () => {
  expect(copyNotes(examples, {})).toEqual([
    'not yet ablated: at most one copy of each pair trains (deletion, synonym; millrace ablate)',
  ]);
  expect(copyNotes(examples, { synonym: 2, deletion: 0 })).toEqual([
    'copies by ablation: deletion off, synonym up to 2 of each pair',
  ]);
  expect(copyNotes([original], {})).toEqual([]);
});
