import type { ChatExample, PairExample } from '@millrace/shared/domain/example';

interface Placed {
  /** Place of the original in its session, from 0; a copy has its parent's. */
  readonly position: number;
  /** Of a copy to its original, cosine of the encoder's vectors; null for an original, and where nobody measured. */
  readonly similarity: number | null;
}

export type PlacedPair = PairExample & Placed;
export type PlacedChat = ChatExample & Placed;
export type PlacedExample = PlacedPair | PlacedChat;
