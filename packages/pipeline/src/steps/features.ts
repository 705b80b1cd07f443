import { distribution } from '../core/distribution.ts';
import type { FeatureStep, StepFigures } from '../results.ts';
import type { CountedExample } from './augment.ts';

/** How each feature is spread over the original pairs. */
export function featureStep(
  examples: readonly CountedExample[],
  figures: StepFigures,
): FeatureStep {
  const originals = examples.filter((e) => e.kind === 'pair' && e.technique === 'original');
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
