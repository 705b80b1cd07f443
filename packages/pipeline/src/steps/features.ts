import type { PairExample } from '@millrace/shared/domain/example';
import { distribution } from '../core/distribution.ts';
import type { FeatureStep, StepFigures } from '../results.ts';

/** How each feature is spread over the original pairs. */
export function featureStep(pairs: readonly PairExample[], figures: StepFigures): FeatureStep {
  const originals = pairs.filter((pair) => pair.parentId === null);
  const names = [...new Set(originals.flatMap((pair) => Object.keys(pair.features)))].sort();
  return {
    examples: originals.length,
    features: Object.fromEntries(
      names.map((name) => [
        name,
        distribution(originals.flatMap((pair) => pair.features[name] ?? [])),
      ]),
    ),
    ...figures,
  };
}
