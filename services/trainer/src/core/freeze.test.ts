import { settingsSchema } from '@millrace/shared/contracts/settings';
import { InvariantError } from '@millrace/shared/domain/errors';
import type { PairExample } from '@millrace/shared/domain/example';
import type { Side } from '@millrace/shared/domain/side';
import { aCopyOf, aPair } from '@millrace/shared/testing/a-pair';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forcedNotes, requireTrainable } from './dataset-limits.ts';
import { freeze } from './freeze.ts';
import { readManifest, thaw } from './manifest.ts';
import { groupOfExample } from './user-share.ts';

const settings = settingsSchema.parse({});
const revisions = { validator: 'v1', augmentor: 'a1' };

function frozen(
  examples: readonly PairExample[],
  options: { holdout?: readonly string[]; changed?: object; seed?: number } = {},
) {
  const sides = new Map(
    examples.map((e): [string, Side] => [
      groupOfExample(e),
      options.holdout?.includes(e.userId ?? '') ? 'holdout' : 'train',
    ]),
  );
  return freeze({
    modelType: 'embedding',
    examples,
    sides,
    settings: settingsSchema.parse(options.changed ?? {}),
    seed: options.seed ?? 42,
    revisions,
  });
}

const pairs = (session: string, user: string, count: number): PairExample[] =>
  Array.from({ length: count }, (_, position) => aPair({ session, user, position }));

const accountedFor = (counts: ReturnType<typeof frozen>['counts']): number =>
  counts.train +
  counts.holdout +
  counts.not_sampled +
  Object.values(counts.dropped).reduce((a, b) => a + b, 0);

describe('freeze', () => {
  it('keeps users apart by their side and names the dataset by its content', () => {
    const result = frozen([...pairs('s1', 'ann', 3), ...pairs('s2', 'bob', 2)], {
      holdout: ['bob'],
    });
    expect(result.train.map((e) => e.userId)).toEqual(['ann', 'ann', 'ann']);
    expect(result.holdout.map((e) => e.userId)).toEqual(['bob', 'bob']);
    expect(result.counts).toEqual({
      ready: 5,
      train: 3,
      holdout: 2,
      not_sampled: 0,
      dropped: {},
    });
    const { header, lines } = readManifest(result.manifest);
    expect(header).toMatchObject({ modelType: 'embedding', seed: 42, revisions });
    expect(lines.map((line) => line.id)).toEqual(lines.map((line) => line.id).toSorted());
    expect(lines).toHaveLength(5);
  });

  it('drops exact duplicates and keeps the original of the smallest session', () => {
    const text = { anchor: 'where?', positive: 'there' };
    const result = frozen([
      aPair({ session: 's9', user: 'ann', ...text }),
      aPair({ session: 's1', user: 'bob', ...text }),
      aPair({ session: 's5', user: 'bob', ...text }),
    ]);
    expect(result.train.map((e) => e.key.sessionId)).toEqual(['s1']);
    expect(result.counts.dropped).toEqual({ duplicate: 2 });
    expect(result.duplicateRatio).toEqual({ before: 1 - 1 / 3, after: 0 });
  });

  it('never augments the holdout, and drops the copies of what it dropped', () => {
    const held = aPair({ session: 's1', user: 'held' });
    const kept = aPair({ session: 's2', user: 'ann' });
    const twin = aPair({
      session: 's3',
      user: 'bob',
      anchor: kept.anchor,
      positive: kept.positive,
    });
    const result = frozen(
      [held, aCopyOf(held), kept, aCopyOf(kept), aCopyOf(kept, 'deletion'), twin, aCopyOf(twin)],
      { holdout: ['held'] },
    );
    expect(result.holdout).toEqual([held]);
    expect(result.train).toHaveLength(2);
    expect(result.train.filter((e) => e.parentId === kept.id)).toHaveLength(1);
    // The twin and its copy say what `kept` and its copy say.
    expect(result.counts.ready).toBe(accountedFor(result.counts));
    expect(result.counts.dropped.holdout_copy).toBe(1);
    expect(result.notes.join()).toContain('not yet ablated: at most one copy of each pair trains');
  });

  it('drops a training pair of which either text stands on the holdout side, case and blanks apart', () => {
    const held = aPair({
      session: 's1',
      user: 'held',
      anchor: 'Is it open?',
      positive: 'Until noon.',
    });
    const result = frozen(
      [
        held,
        aPair({ session: 's2', user: 'ann', anchor: 'is  it OPEN?' }),
        aPair({ session: 's2', user: 'ann', position: 1, positive: 'until noon. ' }),
        aPair({ session: 's2', user: 'ann', position: 2, anchor: 'until noon.' }),
        aPair({ session: 's2', user: 'ann', position: 3 }),
      ],
      { holdout: ['held'] },
    );
    expect(result.counts.dropped).toEqual({ equals_holdout: 3 });
    expect(result.train.map((e) => e.anchor.split(':')[0])).toEqual(['question 3 of s2']);
  });

  it('drops a training pair of which a text nearly stands on the holdout side', () => {
    const held = aPair({
      session: 's1',
      user: 'held',
      anchor: 'My parcel has not arrived although the shop says that it was sent last week.',
    });
    const moved = 'My parcel has not arrived although the shop says that it was sent last month.';
    const other = 'My bicycle makes a noise whenever I brake, which part should I look at first?';
    const result = frozen(
      [
        held,
        aPair({ session: 's2', user: 'ann', anchor: moved }),
        aPair({ session: 's2', user: 'ann', position: 1, positive: moved }),
        aPair({ session: 's2', user: 'ann', position: 2, anchor: other }),
      ],
      { holdout: ['held'] },
    );
    expect(result.counts.dropped).toEqual({ near_holdout: 2 });
    expect(result.train.map((e) => e.anchor)).toEqual([other]);
  });

  it('samples down to max_examples, copies with their originals; the holdout draw ignores the seed', () => {
    const train = pairs('s1', 'ann', 60).flatMap((pair) => [pair, aCopyOf(pair)]);
    const examples = [...train, ...pairs('s2', 'held', 30)];
    const changed = { validation: { max_examples: 50 } };
    const [first, second] = [42, 43].map((seed) =>
      frozen(examples, { holdout: ['held'], changed, seed }),
    );
    expect(first?.counts).toMatchObject({ train: 40, holdout: 10, not_sampled: 100 });
    const originals = new Set(first?.train.filter((e) => e.parentId === null).map((e) => e.id));
    expect(first?.train.every((e) => e.parentId === null || originals.has(e.parentId))).toBe(true);
    expect(second?.holdoutSha256).toBe(first?.holdoutSha256);
    expect(second?.datasetSha256).not.toBe(first?.datasetSha256);
    expect(second?.train).not.toEqual(first?.train);
  });

  it('samples a flooding user down when there are 20 users or more, else says so', () => {
    const flood = pairs('flood', 'flood', 100);
    const few = frozen([...flood, ...pairs('swarm', 'ann', 5)]);
    expect(few.counts.dropped).toEqual({});
    expect(few.notes).toEqual(['one user holds 100 of 105 training examples (95 %)']);
    const others = Array.from({ length: 25 }, (_, i) =>
      pairs(`sess${'abcdefghijklmnopqrstuvwxyz'[i]}`, `u${i}`, 4),
    ).flat();
    const many = frozen([...flood, ...others]);
    expect(many.train.filter((e) => e.userId === 'flood')).toHaveLength(10);
    expect(many.counts.dropped).toEqual({ user_share: 90 });
  });

  it('names every limit that the dataset breaks, with the setting', () => {
    const pair = aPair({ session: 's1', user: 'ann' });
    // a copy is not compared with its original, so one that only shouts stays, and is counted
    const shouted = { ...aCopyOf(pair), anchor: pair.anchor.toUpperCase() };
    const other = aPair({ session: 's1', user: 'ann', position: 1 });
    const result = frozen([pair, shouted, other], {
      changed: { validation: { max_duplicate_ratio: 0.2 } },
    });
    const found = result.problems.map(({ setting, limit, value }) => [setting, limit, value]);
    expect(found).toEqual([
      ['validation.min_examples', 5, 3],
      ['validation.min_unique_words', 10, 7],
      ['validation.max_duplicate_ratio', 0.2, 0.333333],
      ['training.min_training_examples', 5, 3],
    ]);
    expect(result.metrics).toMatchObject({ num_samples: 3, duplicate_ratio: 0.333333 });
    expect(() => requireTrainable(result, false)).toThrow(
      'too few distinct words: 7, limit 10 (validation.min_unique_words)',
    );
    expect(() => requireTrainable(frozen([pair, pair, other]), false)).toThrow(
      /\nof \d examples that were ready these were left out: .*duplicate \d/,
    );
    expect(() => requireTrainable(result, true)).not.toThrow();
    expect(forcedNotes(result)).toHaveLength(4);
    expect(forcedNotes(result)[2]).toBe(
      'trained by force: too large a share of duplicates: 0.333333, limit 0.2 (validation.max_duplicate_ratio)',
    );
  });

  it('throws an InvariantError for an example whose group has no side', () => {
    expect(() =>
      freeze({
        modelType: 'embedding',
        examples: [aPair()],
        sides: new Map(),
        settings,
        seed: 1,
        revisions,
      }),
    ).toThrow(InvariantError);
  });

  it('is a function of the set: order changes nothing, and every ready example is accounted for', () => {
    const example = fc
      .record({
        session: fc.integer({ min: 0, max: 12 }),
        position: fc.integer({ min: 0, max: 4 }),
        anchor: fc.constantFrom('a', 'A', 'b', 'c', 'd', 'e'),
        positive: fc.constantFrom('x', 'y', 'z', ' x', 'w'),
        copy: fc.boolean(),
      })
      .map(({ session, copy, ...parts }) => {
        const pair = aPair({ session: `s${session}`, user: `u${session % 7}`, ...parts });
        return copy ? aCopyOf(pair) : pair;
      });
    const set = fc.uniqueArray(example, { selector: (e) => e.id, maxLength: 60 });
    const shuffled = set.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all], { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        const options = { holdout: ['u0', 'u3'], changed: { validation: { max_examples: 20 } } };
        const result = frozen(all, options);
        expect(frozen(other, options)).toEqual(result);
        expect(accountedFor(result.counts)).toBe(all.length);
        const held = new Set(
          result.holdout.flatMap((e) => [e.anchor, e.positive]).map((t) => t.trim().toLowerCase()),
        );
        for (const e of result.train) {
          expect(held.has(e.anchor.trim().toLowerCase())).toBe(false);
          expect(held.has(e.positive.trim().toLowerCase())).toBe(false);
        }
      }),
    );
  });
});

describe('thaw', () => {
  const examples = [...pairs('s1', 'ann', 6), ...pairs('s2', 'held', 4)];
  const result = frozen(examples, { holdout: ['held'] });

  it('gives the frozen dataset back from its manifest, also when more examples came since', () => {
    const thawed = thaw(result.manifest, [...pairs('s3', 'new', 5), ...examples.toReversed()]);
    expect(thawed).toMatchObject({
      kind: 'thawed',
      frozen: {
        datasetSha256: result.datasetSha256,
        holdoutSha256: result.holdoutSha256,
        train: result.train,
        holdout: result.holdout,
      },
    });
  });

  it('counts the examples that are gone or say something else', () => {
    const [first, second, ...rest] = examples;
    expect(first && second).toBeDefined();
    const changed = rest.concat(first === undefined ? [] : [{ ...first, anchor: 'other' }]);
    expect(thaw(result.manifest, changed)).toEqual({ kind: 'missing', count: 2 });
  });
});
