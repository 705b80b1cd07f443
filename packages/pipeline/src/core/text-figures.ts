import { distribution, rounded } from './distribution.ts';

export interface TextFigures {
  readonly num_samples: number;
  readonly avg_sequence_length: number;
  readonly std_sequence_length: number;
  readonly duplicate_ratio: number;
  readonly tfidf_score: number;
}

/** Figures over a set of texts: lengths in words, repetition, and how telling their words are. */
export function textFigures(texts: readonly string[]): TextFigures {
  const words = texts.map((text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
  const lengths = distribution(words.map((list) => list.length));
  const distinct = new Set(texts.map((text) => text.toLowerCase().replace(/\s+/g, ' ').trim()));
  return {
    num_samples: texts.length,
    avg_sequence_length: lengths.mean,
    std_sequence_length: lengths.std,
    duplicate_ratio: texts.length === 0 ? 0 : rounded(1 - distinct.size / texts.length),
    tfidf_score: tfidfScore(words),
  };
}

/**
 * Mean over the texts of the mean weight of their words, weights of a text scaled to length 1, idf smoothed. Texts
 * without a word of two letters count as 0. High for texts of few and telling words; 0 when the vocabulary is empty.
 * @see scikit-learn TfidfVectorizer, whose defaults these are
 */
function tfidfScore(texts: readonly (readonly string[])[]): number {
  const telling = texts.map((words) => words.filter((word) => word.length > 1));
  const documents = new Map<string, number>();
  for (const words of telling) {
    for (const word of new Set(words)) documents.set(word, (documents.get(word) ?? 0) + 1);
  }
  const idf = (word: string): number =>
    Math.log((1 + texts.length) / (1 + (documents.get(word) ?? 0))) + 1;
  const scores = telling.map((words) => {
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    const weights = [...counts].map(([word, count]) => count * idf(word));
    const length = Math.hypot(...weights);
    return length === 0 ? 0 : weights.reduce((sum, w) => sum + w, 0) / length / weights.length;
  });
  return distribution(scores).mean;
}
