import { settingsSchema } from '@millrace/shared/contracts/settings';
import { describe, expect, it } from 'vitest';
import { chooseSettings } from './chosen-settings.ts';

describe('chooseSettings', () => {
  it('takes the request before the settings file before the default, and names the origin', () => {
    const settings = settingsSchema.parse({ training: { training_batch_size: 16, max_steps: 50 } });
    const { values, chosen } = chooseSettings(
      settings,
      { max_steps: 9 },
      { asked: 512, held: 256 },
    );
    expect(values).toEqual({ batchSize: 16, learningRate: 2e-5, epochs: 3, maxSteps: 9 });
    const origin = new Map(
      chosen.map((setting) => [setting.name, [setting.value, setting.origin]]),
    );
    expect(origin.get('max_steps')).toEqual([9, 'given']);
    expect(origin.get('training_batch_size')).toEqual([16, 'given']);
    expect(origin.get('training_learning_rate')).toEqual([2e-5, 'default']);
    expect(origin.get('max_sequence_length')).toEqual([256, 'clamped']);
  });
});
