import { z } from 'zod';

/** 1 to 200 characters, none of them a control character or half a surrogate pair; anything else is free ('/', emoji, spaces). */
export const idText = z
  .string()
  .min(1)
  .max(200)
  .regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
    /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*$/u,
    'must not contain control characters or half a surrogate pair',
  );

/** Natural key of a session version, as it crosses a topic. */
export const sessionRef = {
  source: idText,
  session_id: idText,
  version: z.int().min(1),
};

export const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);
export const modelName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/);
export const modelType = z.enum(['embedding', 'llm']);
