import { UserError } from '@millrace/shared/domain/errors';
import type { FoldRow } from '@millrace/trainer';
import { z } from 'zod';
import { sessionLines } from './session-lines.ts';

const row = z.object({
  session_id: z.string(),
  user_id: z.string().nullish().default(null),
  side: z.enum(['train', 'holdout']).default('train'),
  fold: z.int().min(0).nullish().default(null),
  masked: z.array(z.int().min(0)).default([]),
});

/**
 * The lines of a folds file, one JSON object each; a splitter without sides or masks may leave those out.
 * @throws UserError (exit 2) naming the first line that is none
 */
export async function foldRows(file: string): Promise<readonly FoldRow[]> {
  const rows: FoldRow[] = [];
  const decoder = new TextDecoder();
  for await (const { number, bytes } of sessionLines(file)) {
    const text = decoder.decode(bytes).trim();
    if (text === '') continue;
    const parsed = row.safeParse(jsonOf(text));
    if (!parsed.success) {
      const { path, message } = parsed.error.issues[0] ?? { path: [], message: 'no object' };
      throw new UserError(
        'MILLRACE_INPUT_FOLDS_FILE',
        `line ${number} of ${file} is no line of a folds file (millrace folds FILE --json writes one): ${[...path, message].join(': ')}`,
        { exitCode: 2 },
      );
    }
    rows.push(parsed.data);
  }
  return rows;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
