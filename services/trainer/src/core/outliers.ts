import type { Example } from '@millrace/shared/domain/example';
import { type ExchangeShape, exchangeShape, findOutliers } from '@millrace/text';
import type { OutlierFigures } from './frozen.ts';
import { type Sifted, sift } from './sieve.ts';

export interface WithoutOutliers<E extends Example> extends Sifted<E> {
  readonly figures: OutlierFigures;
  readonly notes: readonly string[];
}

/**
 * Drop the originals on which two of three detectors agree that they lie far from the others; a copy follows its original
 * (limitCopies). What they are measured by: exchangeShape. Only the training side is asked: what a model is judged on is
 * not made easier.
 * @param examples in canonical order, for sums of floats depend on it
 */
export function dropOutliers<E extends Example>(
  examples: readonly E[],
  threshold: number,
): WithoutOutliers<E> {
  const originals = examples.filter((example) => example.parentId === null);
  const shapes = originals.map((example) => exchangeShape(...sidesOf(example)));
  const { votes, found, beyond } = findOutliers(columnsOf(shapes), threshold);
  const dropped = new Set(originals.flatMap(({ id }, i) => ((votes[i] ?? 0) >= 2 ? [id] : [])));
  return {
    ...sift(examples, ({ id }) => (dropped.has(id) ? 'outlier' : null)),
    figures: { examined: originals.length, dropped: dropped.size, found, beyond },
    notes: noteOf(dropped.size, originals.length, threshold),
  };
}

/** What was said, and what was replied. */
function sidesOf(example: Example): [string, string] {
  if (example.kind === 'pair') return [example.anchor, example.positive];
  const saidBy = (role: string) =>
    example.messages.flatMap((m) => (m.role === role ? [m.content] : [])).join('\n');
  return [saidBy('user'), saidBy('assistant')];
}

function columnsOf(shapes: readonly ExchangeShape[]): Record<string, Float64Array> {
  const column = (name: keyof ExchangeShape) => Float64Array.from(shapes, (shape) => shape[name]);
  return {
    log_words: column('log_words'),
    log_word_length: column('log_word_length'),
    log_variety: column('log_variety'),
    log_symbols: column('log_symbols'),
    log_upper_case: column('log_upper_case'),
    log_word_ratio: column('log_word_ratio'),
  } satisfies Record<keyof ExchangeShape, Float64Array>;
}

function noteOf(dropped: number, examined: number, threshold: number): string[] {
  if (dropped === 0) return [];
  const share = ((100 * dropped) / examined).toFixed(1);
  return [
    `${dropped} of ${examined} training originals (${share} %) are outliers by two of three detectors and are left out (validation.outlier_threshold ${threshold})`,
  ];
}
