import type { PlacedExample } from '@millrace/augmentor';
import type { ChatTurn } from '@millrace/shared/domain/example';
import { roundedSimilarity } from './library/augmentation.ts';

interface CommonFields {
  readonly example_id: string;
  readonly session_id: string;
  readonly technique: string;
  /** Of the original that this is a copy of; null for an original. */
  readonly parent_id: string | null;
}

/** An example as it is handed out: one line of `millrace augment`. */
export type ExampleDocument =
  | (CommonFields & {
      readonly kind: 'pair';
      readonly anchor: string;
      readonly positive: string;
      /** Of a copy to its original, four decimals; null for an original, and where no encoder measured. */
      readonly similarity: number | null;
    })
  | (CommonFields & { readonly kind: 'chat'; readonly messages: readonly ChatTurn[] });

export function exampleDocument(example: PlacedExample): ExampleDocument {
  const { id: example_id, key, kind, technique, parentId: parent_id } = example;
  const identity = { example_id, session_id: key.sessionId };
  if (kind === 'chat')
    return { ...identity, kind, technique, parent_id, messages: example.messages };
  const { anchor, positive, similarity } = example;
  return {
    ...identity,
    kind,
    technique,
    parent_id,
    anchor,
    positive,
    similarity: roundedSimilarity(similarity),
  };
}
