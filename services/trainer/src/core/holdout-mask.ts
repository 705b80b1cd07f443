import type { Example } from '@millrace/shared/domain/example';
import { type Sifted, sift } from './sieve.ts';
import { textKey } from './text-key.ts';
import { textsOf } from './texts-of.ts';

/**
 * Drop the training examples of which a text also stands on the holdout side, so that a model is never asked what it
 * was trained on, whichever came first.
 * @param holdout every ready holdout example, also those that are not sampled
 */
export function maskHoldoutTexts<E extends Example>(
  train: readonly E[],
  holdout: readonly Example[],
): Sifted<E> {
  const held = new Set(holdout.flatMap((example) => textsOf(example).map(textKey)));
  return sift(train, (example) =>
    textsOf(example).some((text) => held.has(textKey(text))) ? 'equals_holdout' : null,
  );
}
