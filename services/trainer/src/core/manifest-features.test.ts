import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { Side } from '@millrace/shared/domain/side';
import { aPair } from '@millrace/shared/testing/a-pair';
import { expect, test } from 'vitest';
import { freeze } from './freeze.ts';
import { readManifest, thaw } from './manifest.ts';
import { groupOfExample } from './user-share.ts';

const words = [2, 4, 6, 100];
const pairs = words.map((anchor_words, i) => ({
  ...aPair({ session: `s${i}`, user: `u${i}` }),
  features: { anchor_words, session_messages: 12 },
}));
const frozen = (seed: number) =>
  freeze({
    modelType: 'embedding',
    examples: pairs,
    sides: new Map(
      pairs.map((pair): [string, Side] => [
        groupOfExample(pair),
        pair.userId === 'u3' ? 'holdout' : 'train',
      ]),
    ),
    settings: settingsSchema.parse({}),
    seed,
    revisions: { validator: 'v', augmentor: 'a' },
  });

test('freeze() standardises features by the training side alone', () => {
  const { header, lines } = readManifest(frozen(1).manifest);
  expect(header.features).toEqual({
    anchor_words: { mean: 4, std: 1.63299316 },
    session_messages: { mean: 12, std: 0 },
  });
  const z = new Map(lines.map((line) => [line.id, line.z]));
  expect(pairs.map(({ id }) => z.get(id))).toEqual([
    [-1.225, 0],
    [0, 0],
    [1.225, 0],
    [58.788, 0],
  ]);
});

test('the name of the holdout does not depend on what the training side looks like', () => {
  const other = freeze({
    modelType: 'embedding',
    examples: pairs.slice(1),
    sides: new Map(
      pairs.map((pair) => [groupOfExample(pair), pair.userId === 'u3' ? 'holdout' : 'train']),
    ),
    settings: settingsSchema.parse({}),
    seed: 1,
    revisions: { validator: 'v', augmentor: 'a' },
  });
  expect(other.datasetSha256).not.toBe(frozen(1).datasetSha256);
  expect(other.holdoutSha256).toBe(frozen(1).holdoutSha256);
});

test('thaw() gives a dataset of before back under its name', () => {
  const { manifest } = frozen(1);
  const [head = '', ...rest] = manifest.trimEnd().split('\n');
  const older = [
    head.replace(/"features":\{.*?\}\},/, ''),
    ...rest.map((l) => l.replace(/,"z":.*\]/, '')),
  ]
    .map((line) => `${line}\n`)
    .join('');
  expect(older).not.toContain('anchor_words');
  for (const text of [manifest, older]) {
    const again = thaw(text, pairs);
    if (again.kind !== 'thawed') throw new TypeError(again.kind);
    expect(again.frozen.manifest).toBe(text);
  }
});
