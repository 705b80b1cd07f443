import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, openBackend } from '@millrace/engine';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import { type Rng, rngFor, shuffled } from '@millrace/shared/domain/rng';
import { aCopyOf } from '@millrace/shared/testing/a-pair';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { somePairs } from '../testing/ready-examples.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { type AblateOptions, ablate } from './ablate.ts';

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await openBackend();
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-ablate-'));
  writeTinyModel(path.join(folder, 'base'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A technique that no rule stands behind: letters of all words in another order, by what the augmentor calls a Propose. */
const scramble = (text: string, random: Rng): string[] => [shuffled([...text], random).join('')];

const { pairs: originals } = somePairs(18);
const copies = (propose: typeof scramble): PairExample[] =>
  originals.flatMap((original) =>
    propose(original.anchor, rngFor(1, original.id)).map((anchor) => ({
      ...aCopyOf(original, 'contextual'),
      anchor,
    })),
  );

function optionsFor(more: Partial<AblateOptions> = {}): AblateOptions {
  return {
    backend,
    baseFolder: path.join(folder, 'base'),
    originals,
    arms: [{ technique: 'scrambled', copies: copies(scramble) }],
    settings: settingsSchema.parse({
      training: { training_batch_size: 6, training_learning_rate: 3e-3, max_steps: 6 },
    }),
    seed: 7,
    overrides: { n_splits: 2 },
    ...more,
  };
}

describe('ablate()', () => {
  it('switches a technique off that corrupts, by as many steps with it as without', async () => {
    const sent: { step: number; total_steps: number }[] = [];
    const keepFolder = path.join(folder, 'kept');
    const options = optionsFor({ keepFolder, onProgress: (progress) => sent.push(progress) });
    const made = await ablate(options);
    expect(made.techniques).toHaveLength(1);
    expect(made.techniques[0]).toMatchObject({
      technique: 'scrambled',
      decision: 'off',
      copies: 1,
    });
    expect(made.techniques[0]?.copies_trained).toBeGreaterThan(20);
    // off by its own figures, not because the training is too short to judge by
    expect(made.gain?.lower).toBeGreaterThan(0);
    expect(made.gain?.trained).toBe(made.techniques[0]?.without);
    expect(made.techniques[0]?.sentence).toContain('above 0 and a lower bound above -0.002');
    expect(made).toMatchObject({ n_splits: 2, seeds: [7, 8, 9], groups: 18, queries: 54 });
    expect(made.steps.every((steps) => steps > 2 && steps <= 6)).toBe(true);
    const total = made.steps.reduce((a, b) => a + b, 0) * 3 * 2;
    expect(sent.at(-1)).toMatchObject({ step: total, total_steps: total });

    // what was trained once is taken up, and says the same
    const begun = performance.now();
    const again = await ablate(options);
    expect({ ...again, seconds: 0 }).toEqual({ ...made, seconds: 0 });
    expect(performance.now() - begun).toBeLessThan(made.seconds * 1000 + 1000);
  }, 120_000);

  it('judges nothing by a training that learns nothing', async () => {
    const training = { training_batch_size: 6, training_learning_rate: 1e-9, max_steps: 2 };
    const made = await ablate(optionsFor({ settings: settingsSchema.parse({ training }) }));
    expect(made.gain?.mean).toBeCloseTo(0, 4);
    expect(made.techniques[0]).toMatchObject({ technique: 'scrambled', decision: 'off' });
    expect(made.techniques[0]?.sentence).toContain('not to be judged');
  }, 120_000);

  it('names a technique without a copy, and refuses when no technique has one', async () => {
    const none = { technique: 'synonym', copies: [] };
    await expect(ablate(optionsFor({ arms: [none] }))).rejects.toThrow(
      'no technique has a copy to train with',
    );
  });
});
