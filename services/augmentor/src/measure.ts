import type { Encoder } from '@millrace/shared/ports/encoder';
import type { Similarity } from './core/copies.ts';
import type { SessionDraft } from './core/session-draft.ts';
import { similarityOf } from './core/similarity-of.ts';
import { textsToMeasure } from './core/text-proposals.ts';

/**
 * What a session's candidates are compared by; null without an encoder. One list a session and no other text in it: so the
 * figures are a function of the session, whatever is measured beside it, before it, or by how many workers.
 */
export async function measure(
  { parents }: SessionDraft,
  encoder: Encoder | null,
  signal?: AbortSignal,
): Promise<Similarity> {
  if (encoder === null) return null;
  const texts = textsToMeasure(
    parents.map(({ parent, proposals }) => ({ text: parent.anchor, proposals })),
  );
  if (texts.length === 0) return null;
  return similarityOf(texts, await encoder.encode(texts, signal));
}
