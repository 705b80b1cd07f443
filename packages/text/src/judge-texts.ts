import { normalise } from './normalise.ts';
import { textQuality } from './text-quality.ts';
import { tfIdf } from './tf-idf.ts';
import { vocabularyOf, wordsOf } from './words.ts';

/** A set's figures. All finite, whatever was given; ratios and scores in [0, 1]. */
export interface TextMetrics {
  readonly num_samples: number;
  /** Words a text: mean, and standard deviation of the whole set (not of a sample of it). */
  readonly avg_sequence_length: number;
  readonly std_sequence_length: number;
  /** Mean of textQuality. */
  readonly quality_score: number;
  /** Share of texts that say again what an earlier one said, up to letter case and blanks. */
  readonly duplicate_ratio: number;
  /** Mean over the texts of the largest tf-idf weight. */
  readonly tfidf_score: number;
}

/** The limits that sets of texts have, by their settings' names. */
export interface TextLimits {
  readonly min_examples: number;
  readonly min_unique_words: number;
  readonly quality_threshold: number;
  readonly max_duplicate_ratio: number;
  readonly min_tfidf_score: number;
}

/** A limit that a set breaks. */
export interface LimitProblem {
  readonly what: string;
  readonly limit: number;
  readonly value: number;
  /** The setting to change, by its path. */
  readonly setting: string;
}

export interface JudgedTexts {
  readonly metrics: TextMetrics;
  /** Empty when the set keeps all limits. */
  readonly problems: readonly LimitProblem[];
}

/**
 * A set of texts, one a sample, against the limits of sets: what DataValidator says of data, and a freeze of its dataset.
 * About 150 ms for 10,000 messages.
 */
export function judgeTexts(texts: readonly string[], limits: TextLimits): JudgedTexts {
  const { largest, vocabulary } = tfIdf(texts);
  const metrics = measure(texts, largest);
  const { num_samples, quality_score, duplicate_ratio, tfidf_score } = metrics;
  const rows: readonly [string, number, keyof TextLimits, 'least' | 'most'][] = [
    ['too few examples', num_samples, 'min_examples', 'least'],
    ['too few distinct words', vocabulary, 'min_unique_words', 'least'],
    ['too low a mean quality', quality_score, 'quality_threshold', 'least'],
    ['too large a share of duplicates', duplicate_ratio, 'max_duplicate_ratio', 'most'],
    ['texts of too few telling words', tfidf_score, 'min_tfidf_score', 'least'],
  ];
  const problems = rows.flatMap(([what, value, name, bound]): LimitProblem[] => {
    const limit = limits[name];
    const holds = bound === 'least' ? value >= limit : value <= limit;
    return holds ? [] : [{ what, limit, value, setting: `validation.${name}` }];
  });
  return { metrics, problems };
}

/** The figures alone. */
export const measureTexts = (texts: readonly string[]): TextMetrics =>
  measure(texts, tfIdf(texts).largest);

function measure(texts: readonly string[], largest: readonly number[]): TextMetrics {
  const lengths = texts.map((text) => wordsOf(text).length);
  const average = mean(lengths);
  const distinct = new Set(texts.map(normalise)).size;
  return {
    num_samples: texts.length,
    avg_sequence_length: rounded(average),
    std_sequence_length: rounded(Math.sqrt(mean(lengths.map((n) => (n - average) ** 2)))),
    quality_score: rounded(mean(texts.map((text) => textQuality(text, vocabularyOf(text))))),
    duplicate_ratio: texts.length === 0 ? 0 : rounded(1 - distinct / texts.length),
    tfidf_score: rounded(mean(largest)),
  };
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
