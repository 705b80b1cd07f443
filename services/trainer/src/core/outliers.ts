import type { Example } from '@millrace/shared/domain/example';
import { type Exchange, findOutliers, shapeColumns } from '@millrace/text';
import type { OutlierFigures } from './frozen.ts';
import { type Sifted, sift } from './sieve.ts';

export interface WithoutOutliers<E extends Example> extends Sifted<E> {
  readonly figures: OutlierFigures;
  readonly notes: readonly string[];
}

/**
 * Drop the originals on which two of three detectors agree that they lie far from the others; a copy follows its original
 * (limitCopies). What they are measured by: ExchangeShape. Only the training side is asked: what a model is judged on is
 * not made easier.
 * @param examples in canonical order, for sums of floats depend on it
 */
export function dropOutliers<E extends Example>(
  examples: readonly E[],
  threshold: number,
): WithoutOutliers<E> {
  const originals = examples.filter((example) => example.parentId === null);
  const columns = shapeColumns(originals.map(sidesOf));
  const { votes, found, beyond } = findOutliers(columns, threshold);
  const dropped = new Set(originals.flatMap(({ id }, i) => ((votes[i] ?? 0) >= 2 ? [id] : [])));
  return {
    ...sift(examples, ({ id }) => (dropped.has(id) ? 'outlier' : null)),
    figures: { examined: originals.length, dropped: dropped.size, found, beyond },
    notes: noteOf(dropped.size, originals.length, threshold),
  };
}

/** What was said, and what was replied. */
function sidesOf(example: Example): Exchange {
  if (example.kind === 'pair') return [example.anchor, example.positive];
  const saidBy = (role: string) =>
    example.messages.flatMap((m) => (m.role === role ? [m.content] : [])).join('\n');
  return [saidBy('user'), saidBy('assistant')];
}

function noteOf(dropped: number, examined: number, threshold: number): string[] {
  if (dropped === 0) return [];
  const share = ((100 * dropped) / examined).toFixed(1);
  return [
    `${dropped} of ${examined} training originals (${share} %) are outliers by two of three detectors and are left out (validation.outlier_threshold ${threshold})`,
  ];
}
