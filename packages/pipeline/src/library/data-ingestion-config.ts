import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { z } from 'zod';

type Input = z.input<typeof settingsSchema>;
type Section<Name extends keyof Input> = NonNullable<Input[Name]>;

/** The keys of the settings file without its sections. Each has the default that it has there. */
export type DataIngestionOptions = Section<'database'> &
  Pick<Section<'embedding'>, 'embedding_model' | 'max_sequence_length' | 'batch_size'> &
  Section<'storage'> &
  Pick<
    Section<'training'>,
    | 'min_training_examples'
    | 'validation_split'
    | 'training_batch_size'
    | 'training_learning_rate'
    | 'training_num_epochs'
    | 'n_splits'
    | 'random_state'
  > &
  Section<'session'>;

/** The section of each key. */
const sections = {
  database: ['db_url', 'db_pool_size', 'db_max_overflow'],
  embedding: ['embedding_model', 'max_sequence_length', 'batch_size'],
  storage: ['data_dir', 'model_dir', 'cache_dir', 'models_root_dir', 'output_dir'],
  training: [
    'min_training_examples',
    'validation_split',
    'training_batch_size',
    'training_learning_rate',
    'training_num_epochs',
    'n_splits',
    'random_state',
  ],
  session: [
    'session_timeout',
    'min_session_duration',
    'max_session_duration',
    'min_session_messages',
    'max_session_messages',
    'max_clock_skew',
  ],
} as const satisfies Record<string, readonly (keyof DataIngestionOptions)[]>;

/** Settings of an embedded use, given flat. @throws UserError (exit 2) with one line a problem; unknown keys are problems */
export class DataIngestionConfig {
  readonly settings: Settings;

  constructor(options: DataIngestionOptions = {}) {
    const known = new Set<string>(Object.values(sections).flat());
    const unknown = Object.keys(options).filter((key) => !known.has(key));
    const given = new Map(Object.entries(options).filter(([, value]) => value !== undefined));
    const nested = Object.entries(sections).map(([section, keys]) => [
      section,
      Object.fromEntries(keys.flatMap((key) => (given.has(key) ? [[key, given.get(key)]] : []))),
    ]);
    const parsed = settingsSchema.safeParse(Object.fromEntries(nested));
    const problems = [
      ...unknown.map((key) => `${key}: unknown setting, remove it or correct its name`),
      ...(parsed.error?.issues ?? []).map(
        ({ path, message }) => `${String(path.at(-1))}: ${message}`,
      ),
    ];
    if (parsed.data === undefined || problems.length > 0) {
      throw new UserError('MILLRACE_INPUT_SETTINGS', problems.join('\n'), { exitCode: 2 });
    }
    this.settings = parsed.data;
  }
}
