import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { CardSetting } from './model-card.ts';

export type Chosen = CardSetting;

/** What is asked of a training; `auto` is found out when it begins. */
export interface AskedValues {
  readonly batchSize: number | 'auto';
  readonly microBatchSize: number | 'auto' | null;
  readonly learningRate: number | 'auto';
  readonly epochs: number;
  readonly maxSteps: number | null;
}

/** What a training runs with. */
export interface TrainingValues extends AskedValues {
  readonly batchSize: number;
  /** Pairs in memory at once; null: the whole batch. */
  readonly microBatchSize: number | null;
  readonly learningRate: number;
}

/** The request before the settings file before the default. */
export function askedValues(settings: Settings, overrides: TrainingOverrides): AskedValues {
  const { training } = settings;
  const batchSize = overrides.training_batch_size ?? training.training_batch_size;
  return {
    batchSize,
    microBatchSize: training.micro_batch_size ?? (batchSize === 'auto' ? 'auto' : null),
    learningRate: overrides.training_learning_rate ?? training.training_learning_rate,
    epochs: overrides.training_num_epochs ?? training.training_num_epochs,
    maxSteps: overrides.max_steps ?? training.max_steps,
  };
}

/** Values for a training that looks for none: what is to be found is the default. */
export function withoutAuto(asked: AskedValues): TrainingValues {
  const { batchSize, microBatchSize, learningRate } = asked;
  return {
    ...asked,
    batchSize: batchSize === 'auto' ? standard.batchSize : batchSize,
    microBatchSize: microBatchSize === 'auto' ? null : microBatchSize,
    learningRate: learningRate === 'auto' ? standard.learningRate : learningRate,
  };
}

/** Defaults of the two values that may be `auto`. */
export const standard = { batchSize: 32, learningRate: 2e-5 };

interface ChosenFacts {
  readonly settings: Settings;
  readonly overrides: TrainingOverrides;
  readonly values: TrainingValues;
  /** Tokens asked for, and what the model takes. */
  readonly length: { readonly asked: number; readonly held: number };
  readonly prompts: { readonly query: string; readonly passage: string };
}

/**
 * The values that a training ran with, and where each came from: given (in the request or the settings file), found out,
 * the default, or clamped to what the model takes.
 */
export function chosenSettings(facts: ChosenFacts): readonly Chosen[] {
  const { settings, overrides, values, length, prompts } = facts;
  const { training } = settings;
  const asked = askedValues(settings, overrides);
  const origin = (value: unknown, byDefault: unknown): Chosen['origin'] =>
    value === byDefault ? 'default' : 'given';
  const given = (name: keyof Settings['training'], value: Chosen['value']): Chosen => ({
    name,
    value,
    origin: origin(value, defaults.training[name]),
  });
  const found = (name: keyof Settings['training'], value: number | null, wish: unknown): Chosen =>
    wish === 'auto' ? { name, value, origin: 'found' } : given(name, value);
  const prompt = (name: 'query_prefix' | 'passage_prefix', value: string): Chosen => ({
    name,
    value: JSON.stringify(value),
    origin: settings.embedding[name] === null ? 'default' : 'given',
  });
  const kept = [
    'dropout',
    'early_stopping_patience',
    'early_stopping_steps',
    'hard_negatives',
    'hard_negative_margin',
  ] as const;
  return [
    found('training_batch_size', values.batchSize, asked.batchSize),
    found('micro_batch_size', values.microBatchSize, asked.microBatchSize),
    // the range test falls back to the default where no rate stands out
    values.learningRate === standard.learningRate
      ? given('training_learning_rate', values.learningRate)
      : found('training_learning_rate', values.learningRate, asked.learningRate),
    given('training_num_epochs', values.epochs),
    given('max_steps', values.maxSteps),
    given('random_state', overrides.random_state ?? training.random_state),
    ...kept.map((name) => given(name, training[name])),
    prompt('query_prefix', prompts.query),
    prompt('passage_prefix', prompts.passage),
    {
      name: 'max_sequence_length',
      value: length.held,
      origin:
        length.held < length.asked
          ? 'clamped'
          : origin(length.held, defaults.embedding.max_sequence_length),
    },
  ];
}

const defaults = settingsSchema.parse({});
