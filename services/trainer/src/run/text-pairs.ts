import type { Prompts } from '@millrace/engine';
import type { PairExample } from '@millrace/shared/domain/example';
import type { BatchPair } from '../core/batches.ts';

/** The same pairs twice, place by place. */
export interface TextPairs {
  /** As they were said: what batches and negatives are planned by. */
  readonly plain: readonly BatchPair[];
  /** As the model reads them, prompts before the texts. */
  readonly read: readonly BatchPair[];
}

export function textPairs(
  examples: readonly PairExample[],
  { query, passage }: Prompts,
): TextPairs {
  const plain = examples.map(
    ({ anchor, positive, key }): BatchPair => ({
      anchor,
      positive,
      session: JSON.stringify([key.source, key.sessionId]),
    }),
  );
  const read = plain.map((pair) => ({
    ...pair,
    anchor: query + pair.anchor,
    positive: passage + pair.positive,
  }));
  return { plain, read };
}
