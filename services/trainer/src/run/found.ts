import { z } from 'zod';

/** Values that were asked for as `auto`, as an embedding training found them. */
export const foundValuesSchema = z.object({
  batchSize: z.int(),
  microBatchSize: z.int().nullable(),
  learningRate: z.number(),
  /** The curve of the range test; null: none was made. */
  range: z.array(z.object({ rate: z.number(), loss: z.number() })).nullable(),
  notes: z.array(z.string()),
});
export type FoundValues = z.infer<typeof foundValuesSchema>;

/** The same of an LLM training: tokens that fit into memory at once. */
export const foundTokensSchema = z.object({ fits: z.int() });
export type FoundTokens = z.infer<typeof foundTokensSchema>;

/** What a training of either kind found. */
export const foundSchema = z.object({
  pairs: foundValuesSchema.nullable(),
  chats: foundTokensSchema.nullable(),
});
export type Found = z.infer<typeof foundSchema>;
