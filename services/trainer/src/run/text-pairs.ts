import type { Prompts } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import type { BatchPair } from '../core/batches.ts';
import { sessionKeyOf } from '../core/session-key.ts';

/** The same pairs twice, place by place. */
export interface TextPairs {
  /** As they were said: what batches and negatives are planned by. */
  readonly plain: readonly BatchPair[];
  /** As the model reads them, prompts before the texts. */
  readonly read: readonly BatchPair[];
}

/** The pairs of examples, in their order. */
export function textPairs(
  examples: readonly PairExample[],
  { query, passage }: Prompts,
): TextPairs {
  const plain = examples.map((example): BatchPair => {
    const { anchor, positive } = example;
    return { anchor, positive, session: sessionKeyOf(example) };
  });
  const read = plain.map((pair) => ({
    ...pair,
    anchor: query + pair.anchor,
    positive: passage + pair.positive,
  }));
  return { plain, read };
}

/** All texts of these pairs, as the model reads them. */
export const textsOfPairs = (...pairs: readonly TextPairs[]): string[] =>
  pairs.flatMap(({ read }) => read.flatMap(({ anchor, positive }) => [anchor, positive]));

/** What is put before questions and replies: what the settings say, else what the base says. */
export const promptsOf = (
  { query_prefix, passage_prefix }: Settings['embedding'],
  base: Prompts,
): Prompts => ({
  query: query_prefix ?? base.query,
  passage: passage_prefix ?? base.passage,
});
