import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JsonObject, readJsonObject } from '../formats/json-file.ts';

/** How an answer is searched for, as `generate` of transformers reads it. */
export interface GenerationSettings {
  /** Answers to a source that are written side by side; 1: the most probable token, again and again. */
  readonly beams: number;
  /** The sum of log probabilities is divided by the length to this power. */
  readonly lengthPenalty: number;
  /** When to stop: as soon as `beams` answers have ended (true), or when no better one is likely, by either estimate. */
  readonly earlyStopping: boolean | 'never';
  /** Tokens of an answer, the start token counted. */
  readonly maxLength: number;
  /** Whether probabilities sum to 1 again without the forbidden tokens. */
  readonly renormalises: boolean;
  readonly forbidden: readonly number[];
  /** Token that stands last when an answer is cut; null: whatever comes. */
  readonly forcedEnd: number | null;
}

/** Settings that would give another answer, and the values with which they do nothing. */
const WITHOUT_EFFECT: Readonly<Record<string, readonly unknown[]>> = {
  do_sample: [false],
  num_beam_groups: [1],
  diversity_penalty: [0],
  penalty_alpha: [0],
  min_length: [0],
  min_new_tokens: [0],
  no_repeat_ngram_size: [0],
  encoder_no_repeat_ngram_size: [0],
  repetition_penalty: [1],
  encoder_repetition_penalty: [1],
  exponential_decay_length_penalty: [],
  suppress_tokens: [],
  begin_suppress_tokens: [],
  forced_bos_token_id: [],
  sequence_bias: [],
  force_words_ids: [],
  constraints: [],
  guidance_scale: [1],
};

/**
 * The settings of a folder's generation_config.json; where it has none, as older folders, those in config.json.
 * @throws RangeError for a setting that is not computed
 */
export function readGenerationSettings(folder: string): GenerationSettings {
  const file = existsSync(join(folder, 'generation_config.json'))
    ? 'generation_config.json'
    : 'config.json';
  const config: JsonObject = readJsonObject(folder, file);
  const wrong = (key: string, why: string) =>
    new RangeError(`${file}: ${key} is ${JSON.stringify(config[key])}, ${why}`);
  const number = (key: string, least: number, otherwise: number): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === 'number' && value >= least) return value;
    throw wrong(key, `which is not a number from ${least} up`);
  };
  for (const [key, neutral] of Object.entries(WITHOUT_EFFECT)) {
    const value = config[key] ?? null;
    if (value !== null && !neutral.includes(value)) throw wrong(key, 'which is not computed');
  }
  const stopping = config['early_stopping'] ?? false;
  if (typeof stopping !== 'boolean' && stopping !== 'never')
    throw wrong('early_stopping', 'which is neither true, false nor "never"');
  const forced = config['forced_eos_token_id'] ?? null;
  if (forced !== null && typeof forced !== 'number')
    throw wrong('forced_eos_token_id', 'which is not one token');
  const fresh = config['max_new_tokens'] ?? null;
  return {
    beams: Math.floor(number('num_beams', 1, 1)),
    lengthPenalty: number('length_penalty', Number.NEGATIVE_INFINITY, 1),
    earlyStopping: stopping,
    maxLength: fresh === null ? number('max_length', 2, 512) : number('max_new_tokens', 1, 0) + 1,
    renormalises: config['renormalize_logits'] === true,
    forbidden: forbiddenTokens(config['bad_words_ids'] ?? [], wrong),
    forcedEnd: forced,
  };
}

/** Single tokens only: opus-mt forbids its padding. */
function forbiddenTokens(lists: unknown, wrong: (key: string, why: string) => Error): number[] {
  const why = 'only lists of one token are read';
  if (!Array.isArray(lists)) throw wrong('bad_words_ids', why);
  return lists.map((list) => {
    const [token, ...more] = Array.isArray(list) ? list : [];
    if (typeof token !== 'number' || more.length > 0) throw wrong('bad_words_ids', why);
    return token;
  });
}
