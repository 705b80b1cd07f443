import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Backend, openBackend } from '@millrace/engine';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CrossValidation } from '../core/cross-validation.ts';
import { freeze } from '../core/freeze.ts';
import { sessionKeyOf } from '../core/session-key.ts';
import { somePairs } from '../testing/ready-examples.ts';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { type CrossValidateOptions, crossValidate } from './cross-validate.ts';
import { crossValidationSchema } from './cross-validation-schema.ts';

let backend: Backend;
let folder: string;
beforeAll(async () => {
  backend = await openBackend();
});
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'millrace-cv-'));
  writeTinyModel(path.join(folder, 'base'));
  return () => rmSync(folder, { recursive: true, force: true });
});

function optionsFor(users: number, training: object = {}): CrossValidateOptions {
  const { pairs, sides } = somePairs(users);
  const settings = settingsSchema.parse({
    training: { training_batch_size: 4, n_splits: 3, cv_max_steps: 2, ...training },
  });
  const revisions = { validator: 'v1', augmentor: 'a1' };
  const frozen = freeze({
    modelType: 'embedding',
    examples: pairs,
    sides,
    settings,
    seed: 7,
    revisions,
  });
  const facts = new Map(
    frozen.train.map((pair, i) => [
      sessionKeyOf(pair),
      { labels: new Map([['topic', i % 2 === 0 ? 'bank' : 'trip']]), startedAtMs: i },
    ]),
  );
  return { backend, baseFolder: path.join(folder, 'base'), frozen, settings, facts };
}

/** What does not depend on the moment. */
const figures = (made: CrossValidation) =>
  made.folds.map(({ seconds: _s, cache: _c, ...fold }) => fold);

describe('crossValidate', () => {
  it('measures every training example once, by length and by label, within the budget', async () => {
    const options = optionsFor(15);
    const made = await crossValidate(options);
    expect(crossValidationSchema.parse(structuredClone(made))).toEqual(made);
    expect(made).toMatchObject({
      strategy: 'group-k-fold',
      n_splits: 3,
      max_steps: 2,
      label: 'topic',
    });
    const sum = (of: (fold: CrossValidation['folds'][number]) => number) =>
      made.folds.reduce((total, fold) => total + of(fold), 0);
    expect(sum((fold) => fold.validation)).toBe(options.frozen.train.length);
    for (const fold of made.folds) {
      expect(fold.steps).toBeGreaterThan(0);
      expect(fold.steps).toBeLessThanOrEqual(2);
      const queries = fold.by_length.reduce((total, { hit, miss }) => total + hit + miss, 0);
      const hits = fold.by_length.reduce((total, { hit }) => total + hit, 0);
      expect(hits / queries).toBeCloseTo(fold.metrics['accuracy@1'] ?? -1, 10);
      const told = fold.labels?.matrix.flat().reduce((a, b) => a + b, 0);
      expect(told).toBe(fold.groups); // a session a user here
    }
    const mean = sum((fold) => fold.metrics['mrr@10'] ?? 0) / 3;
    expect(made.mean['mrr@10']).toBeCloseTo(mean, 4);
  }, 60_000);

  it('takes up the folds that an attempt finished before it was stopped', async () => {
    const options = { ...optionsFor(15), keepFolder: path.join(folder, 'kept') };
    const stop = new AbortController();
    const stopped = crossValidate({
      ...options,
      signal: stop.signal,
      onProgress: ({ phase, step }) => {
        if (phase === 'cross-validation 2 of 3' && step > 0) stop.abort(new Error('told to stop'));
      },
    });
    await expect(stopped).rejects.toThrow('told to stop');
    const resumed = await crossValidate(options);
    expect(resumed.folds.map((fold) => fold.cache)).toEqual(['hit', 'miss', 'miss']);
    const unbroken = await crossValidate({ ...optionsFor(15) });
    expect(figures(resumed)).toEqual(figures(unbroken));
    const otherSteps = { ...options, settings: optionsFor(15, { cv_max_steps: 1 }).settings };
    expect((await crossValidate(otherSteps)).folds.every((f) => f.cache === 'miss')).toBe(true);
  }, 60_000);

  it('T01: lowers n_splits to the users there are, and says so', async () => {
    const made = await crossValidate(optionsFor(3));
    expect(made.n_splits).toBe(2);
    expect(made.notes).toContain('n_splits lowered from 3 to 2: 2 users');
  }, 60_000);

  it('says why there is none: one user, none wanted, or a strategy that takes too long', async () => {
    const none = async (users: number, training: object, overrides = {}) => {
      const made = await crossValidate({ ...optionsFor(users, training), overrides });
      expect(made).toMatchObject({ n_splits: null, folds: [] });
      return made.notes.join();
    };
    expect(await none(2, {})).toBe('no cross-validation: 1 users, 2 are needed');
    expect(await none(9, { cv_strategy: 'none' })).toContain('it was asked for no fold');
    expect(await none(9, {}, { n_splits: 0 })).toContain('it was asked for no fold');
    expect(await none(40, { cv_strategy: 'leave-p-out', cv_leave_out: 3 })).toContain(
      'takes 4960 trainings',
    );
  }, 60_000);
});
