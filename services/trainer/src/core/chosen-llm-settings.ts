import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { Chosen } from './chosen-settings.ts';

/** What an LLM training runs with. */
export interface LlmValues {
  readonly batchTokens: number;
  /** Tokens in memory at once; null: the whole batch. */
  readonly microBatchTokens: number | null;
  readonly learningRate: number;
  readonly epochs: number;
  readonly maxSteps: number | null;
}

export interface AskedLlmValues extends Omit<LlmValues, 'microBatchTokens'> {
  readonly microBatchTokens: number | 'auto' | null;
}

/** The request before the settings file before the default. */
export function askedLlmValues(
  { llm, training }: Settings,
  overrides: TrainingOverrides,
): AskedLlmValues {
  return {
    batchTokens: llm.batch_tokens,
    microBatchTokens: llm.micro_batch_tokens,
    learningRate: overrides.training_learning_rate ?? llm.learning_rate,
    epochs: overrides.training_num_epochs ?? llm.num_epochs,
    maxSteps: overrides.max_steps ?? training.max_steps,
  };
}

interface ChosenLlmFacts {
  readonly settings: Settings;
  readonly overrides: TrainingOverrides;
  readonly values: LlmValues;
  /** Tokens of a row: what held. */
  readonly length: number;
}

/** The values that an LLM training ran with, and where each came from; see `chosenSettings`. */
export function chosenLlmSettings(facts: ChosenLlmFacts): readonly Chosen[] {
  const { settings, overrides, values, length } = facts;
  const { llm, training } = settings;
  const given = (name: string, value: Chosen['value'], byDefault: unknown): Chosen => ({
    name,
    value,
    origin: JSON.stringify(value) === JSON.stringify(byDefault) ? 'default' : 'given',
  });
  const modules = (names: readonly string[]): string => names.join(', ');
  return [
    given('llm.batch_tokens', values.batchTokens, defaults.llm.batch_tokens),
    llm.micro_batch_tokens === 'auto'
      ? { name: 'llm.micro_batch_tokens', value: values.microBatchTokens, origin: 'found' }
      : given('llm.micro_batch_tokens', values.microBatchTokens, defaults.llm.micro_batch_tokens),
    given('llm.learning_rate', values.learningRate, defaults.llm.learning_rate),
    given('llm.num_epochs', values.epochs, defaults.llm.num_epochs),
    given('max_steps', values.maxSteps, defaults.training.max_steps),
    given(
      'random_state',
      overrides.random_state ?? training.random_state,
      defaults.training.random_state,
    ),
    ...loraNames.map((name) => given(`llm.${name}`, llm[name], defaults.llm[name])),
    given(
      'llm.lora_target_modules',
      modules(llm.lora_target_modules),
      modules(defaults.llm.lora_target_modules),
    ),
    given('llm.long_chats', llm.long_chats, defaults.llm.long_chats),
    ...stoppingNames.map((name) => given(name, training[name], defaults.training[name])),
    length < llm.max_sequence_length
      ? { name: 'llm.max_sequence_length', value: length, origin: 'clamped' }
      : given('llm.max_sequence_length', length, defaults.llm.max_sequence_length),
  ];
}

const loraNames = [
  'lora_rank',
  'lora_alpha',
  'lora_dropout',
  'lora_rank_stabilised',
  'gradient_checkpointing',
] as const;
const stoppingNames = ['early_stopping_patience', 'early_stopping_steps'] as const;

const defaults = settingsSchema.parse({});
