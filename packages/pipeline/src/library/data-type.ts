/** What a session can be processed into. */
export const DataType = {
  /** Pairs of a message and its reply, for the embedding model. */
  EMBEDDING: 'embedding',
  /** Conversations, for the language model. */
  FINETUNING: 'finetuning',
} as const;
export type DataType = (typeof DataType)[keyof typeof DataType];
