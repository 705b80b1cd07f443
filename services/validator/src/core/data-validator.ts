import type { Settings } from '@millrace/shared/contracts/settings';
import type { Json } from '@millrace/shared/domain/canonical-json';
import { duplicateRatio, textQuality } from './quality.ts';
import { isBlank, sameText, vocabularyOf, wordsOf } from './read-content.ts';
import { viewSession } from './session-view.ts';
import { tfIdf } from './tf-idf.ts';
import { type ValidateOptions, validateSession } from './validate-session.ts';

/** A set's figures. All finite, whatever was given. */
export interface ValidationMetrics {
  readonly num_samples: number;
  /** Words a text. */
  readonly avg_sequence_length: number;
  /** Of the whole set (not of a sample of it). */
  readonly std_sequence_length: number;
  /** Mean of textQuality, in [0, 1]. */
  readonly quality_score: number;
  /** Share of texts that say again what an earlier one said. */
  readonly duplicate_ratio: number;
  /** Mean over the texts of the largest tf-idf weight, in [0, 1]. */
  readonly tfidf_score: number;
}

export interface ValidationResult {
  readonly is_valid: boolean;
  /** `Data validation successful`, or every limit that failed: setting, limit, value found. */
  readonly message: string;
  readonly metrics: ValidationMetrics;
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
  embeddings: readonly ArrayLike<number>[],
  options: SetOptions,
): ValidationResult {
  const { limits } = options;
  const problems = texts.flatMap((text, i) =>
    typeof text === 'string' ? [] : [`texts[${i}] must be a string, not ${typeName(text)}`],
  );
  if (embeddings.length !== texts.length)
    problems.push(`${texts.length} texts need as many embeddings, there are ${embeddings.length}`);
  problems.push(...vectorProblems(embeddings, limits));
  const strings = texts.filter((text) => typeof text === 'string');
  return judgeSet(strings, problems, options);
}

/** Judges chats as a set: `{messages: [{role, content}]}` each; one text an example, its messages joined. */
export function validateLlmSet(
  examples: readonly unknown[],
  options: SetOptions,
): ValidationResult {
  const read = examples.map((example, i) => readExample(example, `examples[${i}]`));
  const problems = read.flatMap((r) => (typeof r === 'string' ? [] : r.problems));
  return judgeSet(
    read.filter((r) => typeof r === 'string'),
    problems,
    options,
  );
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
  const view = viewSession(document, { ...settings, receivedAtMs: null });
  const texts = (view.messages ?? []).flatMap(({ text }) => (text === null ? [] : [text]));
  const causes = findings.flatMap(({ action, code, value, threshold }) =>
    action === 'reject' ? [`${code}: limit ${threshold}, found ${value}`] : [],
  );
  return {
    is_valid: verdict === 'kept',
    message: verdict === 'kept' ? successMessage : firstFew(causes).join('; '),
    metrics: { ...measure(texts, tfIdf(texts).largest), quality_score: metrics.quality },
    timestamp,
  };
}

function judgeSet(
  texts: readonly string[],
  shape: readonly string[],
  { limits, timestamp }: SetOptions,
): ValidationResult {
  const terms = tfIdf(texts);
  const metrics = measure(texts, terms.largest);
  const { num_samples, quality_score, duplicate_ratio, tfidf_score } = metrics;
  const short = texts.filter(
    (t) => isBlank(t) || wordsOf(t).length < limits.min_sequence_length,
  ).length;
  const checks: readonly [boolean, string][] = [
    [num_samples >= limits.min_examples, under('min_examples', limits.min_examples, num_samples)],
    [
      short === 0,
      `min_sequence_length is ${limits.min_sequence_length} words, ${short} texts are shorter`,
    ],
    [
      terms.vocabulary >= limits.min_unique_words,
      under('min_unique_words', limits.min_unique_words, terms.vocabulary),
    ],
    [
      quality_score >= limits.quality_threshold,
      under('quality_threshold', limits.quality_threshold, quality_score),
    ],
    [
      duplicate_ratio <= limits.max_duplicate_ratio,
      `max_duplicate_ratio is ${limits.max_duplicate_ratio}, found ${duplicate_ratio}`,
    ],
    [
      tfidf_score >= limits.min_tfidf_score,
      under('min_tfidf_score', limits.min_tfidf_score, tfidf_score),
    ],
  ];
  const problems = [
    ...firstFew(shape),
    ...checks.flatMap(([holds, said]) => (holds ? [] : [said])),
  ];
  return {
    is_valid: problems.length === 0,
    message: problems.length === 0 ? successMessage : problems.join('; '),
    metrics,
    timestamp,
  };
}

function measure(texts: readonly string[], largest: readonly number[]): ValidationMetrics {
  const lengths = texts.map((text) => wordsOf(text).length);
  const average = mean(lengths);
  return {
    num_samples: texts.length,
    avg_sequence_length: rounded(average),
    std_sequence_length: rounded(Math.sqrt(mean(lengths.map((n) => (n - average) ** 2)))),
    quality_score: rounded(mean(texts.map((text) => textQuality(text, vocabularyOf(text))))),
    duplicate_ratio: rounded(duplicateRatio(texts.map(sameText))),
    tfidf_score: rounded(mean(largest)),
  };
}

function vectorProblems(
  embeddings: readonly ArrayLike<number>[],
  { min_embedding_dim: least, max_embedding_dim: most }: Settings['validation'],
): string[] {
  const [first] = embeddings;
  if (first === undefined) return [];
  const problems: string[] = [];
  if (first.length < least) problems.push(under('min_embedding_dim', least, first.length));
  if (first.length > most) problems.push(`max_embedding_dim is ${most}, found ${first.length}`);
  embeddings.forEach((vector, i) => {
    if (vector.length !== first.length)
      problems.push(
        `embeddings[${i}] has ${vector.length} dimensions, the first has ${first.length}`,
      );
    else if (!Array.from(vector).every(Number.isFinite))
      problems.push(`embeddings[${i}] holds a value that is no finite number`);
  });
  return problems;
}

function readExample(example: unknown, path: string): string | { readonly problems: string[] } {
  const messages = fieldOf(example, 'messages');
  if (!Array.isArray(messages) || messages.length === 0)
    return {
      problems: [`${path}.messages must be a list with a message, not ${typeName(messages)}`],
    };
  const contents: unknown[] = messages.map((message: unknown) => fieldOf(message, 'content'));
  const problems = messages.flatMap((message: unknown, i) =>
    ['role', 'content'].flatMap((name) => {
      const value = fieldOf(message, name);
      return typeof value === 'string'
        ? []
        : [`${path}.messages[${i}].${name} must be a string, not ${typeName(value)}`];
    }),
  );
  return problems.length > 0 ? { problems } : contents.join('\n');
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

const under = (setting: string, limit: number, found: number) =>
  `${setting} is ${limit}, found ${found}`;

/** Ten are enough to see what is wrong. */
const firstFew = (problems: readonly string[]): readonly string[] =>
  problems.length <= 10
    ? problems
    : [...problems.slice(0, 10), `${problems.length - 10} more like these`];

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  return Array.isArray(value) ? 'list' : typeof value;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
