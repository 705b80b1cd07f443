import { settingsSchema } from '@millrace/shared/contracts/settings';
import { describe, expect, it } from 'vitest';
import { askedValues, chosenSettings, standard, withoutAuto } from './chosen-settings.ts';

const length = { asked: 512, held: 256 };
const prompts = { query: '', passage: '' };

describe('the values of a training', () => {
  it('are the request before the settings file before the default, each with its origin', () => {
    const settings = settingsSchema.parse({ training: { training_batch_size: 16, max_steps: 50 } });
    const overrides = { max_steps: 9 };
    const values = withoutAuto(askedValues(settings, overrides));
    expect(values).toEqual({
      batchSize: 16,
      microBatchSize: null,
      learningRate: 2e-5,
      epochs: 3,
      maxSteps: 9,
    });
    const chosen = chosenSettings({ settings, overrides, values, length, prompts });
    const origin = new Map(chosen.map(({ name, value, origin }) => [name, [value, origin]]));
    expect(origin.get('max_steps')).toEqual([9, 'given']);
    expect(origin.get('training_batch_size')).toEqual([16, 'given']);
    expect(origin.get('training_learning_rate')).toEqual([2e-5, 'default']);
    expect(origin.get('dropout')).toEqual([0, 'default']);
    expect(origin.get('max_sequence_length')).toEqual([256, 'clamped']);
  });

  it('are found where auto is asked for, unless the request names one', () => {
    const settings = settingsSchema.parse({
      training: { training_batch_size: 'auto', training_learning_rate: 'auto' },
    });
    const asked = askedValues(settings, {});
    expect(asked).toMatchObject({
      batchSize: 'auto',
      microBatchSize: 'auto',
      learningRate: 'auto',
    });
    const values = { ...withoutAuto(asked), batchSize: 16, microBatchSize: 4, learningRate: 7e-5 };
    const chosen = chosenSettings({ settings, overrides: {}, values, length, prompts });
    expect(chosen).toContainEqual({ name: 'training_batch_size', value: 16, origin: 'found' });
    expect(chosen).toContainEqual({ name: 'micro_batch_size', value: 4, origin: 'found' });
    expect(chosen).toContainEqual({ name: 'training_learning_rate', value: 7e-5, origin: 'found' });
    const fallback = { ...values, learningRate: standard.learningRate };
    expect(
      chosenSettings({ settings, overrides: {}, values: fallback, length, prompts }),
    ).toContainEqual({ name: 'training_learning_rate', value: 2e-5, origin: 'default' });
    const named = askedValues(settings, { training_learning_rate: 1e-4 });
    expect(named.learningRate).toBe(1e-4);
  });

  it('have one default in the settings file and here', () => {
    const { training } = settingsSchema.parse({});
    expect(standard).toEqual({
      batchSize: training.training_batch_size,
      learningRate: training.training_learning_rate,
    });
  });
});
