import type { Settings } from '@millrace/shared/contracts/settings';
import type { Json } from '@millrace/shared/domain/canonical-json';
import {
  judgeTexts,
  type LimitProblem,
  measureTexts,
  type TextMetrics,
  wordsOf,
} from '@millrace/text';
import { isBlank } from './read-content.ts';
import { viewSession } from './session-view.ts';
import { exampleText, stringText } from './set-samples.ts';
import { type ValidateOptions, validateSession } from './validate-session.ts';
import { vectorProblems } from './vector-problems.ts';

export interface ValidationResult {
  readonly is_valid: boolean;
  /** `Data validation successful`, or every limit that failed: setting, limit, value found. */
  readonly message: string;
  readonly metrics: TextMetrics;
  /** ISO 8601, given by the caller. */
  readonly timestamp: string;
}

export interface SetOptions {
  readonly limits: Settings['validation'];
  readonly timestamp: string;
}

const successMessage = 'Data validation successful';

/** Judges texts with their vectors as a set: shapes first, then the limits of `validation`. Never fails. */
export function validateEmbeddingSet(
  texts: readonly unknown[],
  embeddings: readonly unknown[],
  options: SetOptions,
): ValidationResult {
  const samples = texts.map((text, i) => stringText(text, `texts[${i}]`));
  const vectors = vectorProblems(embeddings, texts.length, options.limits);
  return judgeSamples(samples, vectors, options);
}

/** Judges chats as a set: `{messages: [{role, content}]}` or `{prompt, completion}` each, its texts joined to one. */
export function validateLlmSet(
  examples: readonly unknown[],
  options: SetOptions,
): ValidationResult {
  const samples = examples.map((example, i) => exampleText(example, `examples[${i}]`));
  return judgeSamples(samples, [], options);
}

/** Judges one session as a set of its messages: valid when it is kept; the message tells what rejected it. */
export function validateSessionSet(
  document: Json,
  {
    settings,
    timestamp,
  }: { readonly settings: ValidateOptions['settings']; readonly timestamp: string },
): ValidationResult {
  const options = { settings, receivedAtMs: null };
  const { verdict, findings, metrics } = validateSession(document, options);
  const view = viewSession(document, { ...settings, receivedAtMs: null, redactions: [] });
  const texts = (view.messages ?? []).flatMap(({ text }) => (text === null ? [] : [text]));
  const causes = findings.flatMap(({ action, code, value, threshold }) =>
    action === 'reject' ? [`${code}: limit ${threshold}, found ${value}`] : [],
  );
  return {
    is_valid: verdict === 'kept',
    message: verdict === 'kept' ? successMessage : firstFew(causes).join('; '),
    metrics: { ...measureTexts(texts), quality_score: metrics.quality },
    timestamp,
  };
}

function judgeSamples(
  samples: readonly (string | readonly string[])[],
  vectors: readonly string[],
  { limits, timestamp }: SetOptions,
): ValidationResult {
  const texts = samples.filter((sample) => typeof sample === 'string');
  const shape = samples.flatMap((sample) => (typeof sample === 'string' ? [] : sample));
  const { metrics, problems } = judgeTexts(texts, limits);
  const broken = [...tooShort(texts, limits.min_sequence_length), ...problems].map(problemText);
  const all = [...firstFew(shape), ...firstFew(vectors), ...broken];
  return {
    is_valid: all.length === 0,
    message: all.length === 0 ? successMessage : all.join('; '),
    metrics,
    timestamp,
  };
}

/** The shortest text, where it is too short; a text without a visible character has no words. */
function tooShort(texts: readonly string[], limit: number): LimitProblem[] {
  const words = texts.map((text) => (isBlank(text) ? 0 : wordsOf(text).length));
  const value = words.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  if (value >= limit) return [];
  return [{ what: 'a text is too short', limit, value, setting: 'validation.min_sequence_length' }];
}

const problemText = ({ setting, limit, value }: LimitProblem): string =>
  `${setting.replace('validation.', '')} is ${limit}, found ${value}`;

/** Ten are enough to see what is wrong. */
const firstFew = (problems: readonly string[]): readonly string[] =>
  problems.length <= 10
    ? problems
    : [...problems.slice(0, 10), `${problems.length - 10} more like these`];
