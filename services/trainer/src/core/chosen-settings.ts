import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { CardSetting } from './model-card.ts';

export type Chosen = CardSetting;

export interface TrainingValues {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly maxSteps: number | null;
}

/**
 * The values that a training runs with, and where each came from: given (in the request or the settings file), the
 * default, or clamped to what the model takes.
 */
export function chooseSettings(
  settings: Settings,
  overrides: TrainingOverrides,
  length: { readonly asked: number; readonly held: number },
): { readonly values: TrainingValues; readonly chosen: readonly Chosen[] } {
  const { training } = settings;
  const values = {
    batchSize: overrides.training_batch_size ?? training.training_batch_size,
    learningRate: overrides.training_learning_rate ?? training.training_learning_rate,
    epochs: overrides.training_num_epochs ?? training.training_num_epochs,
    maxSteps: overrides.max_steps ?? training.max_steps,
  };
  const setting = (name: string, value: number | null, standard: number | null): Chosen => ({
    name,
    value,
    origin: value === standard ? 'default' : 'given',
  });
  return {
    values,
    chosen: [
      setting('training_batch_size', values.batchSize, defaults.training.training_batch_size),
      setting(
        'training_learning_rate',
        values.learningRate,
        defaults.training.training_learning_rate,
      ),
      setting('training_num_epochs', values.epochs, defaults.training.training_num_epochs),
      setting('max_steps', values.maxSteps, defaults.training.max_steps),
      setting(
        'random_state',
        overrides.random_state ?? training.random_state,
        defaults.training.random_state,
      ),
      length.held < length.asked
        ? { name: 'max_sequence_length', value: length.held, origin: 'clamped' }
        : setting('max_sequence_length', length.held, defaults.embedding.max_sequence_length),
    ],
  };
}

const defaults = settingsSchema.parse({});
