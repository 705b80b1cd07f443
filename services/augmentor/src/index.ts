import type { Settings } from '@millrace/shared/contracts/settings';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import type { Encoder } from '@millrace/shared/ports/encoder';
import { readText } from '@millrace/text/tokens';
import * as core from './core/examples-of.ts';
import { draftOf } from './core/session-draft.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { measure } from './measure.ts';
import { shippedSynonyms } from './synonym-table.ts';

export {
  type RemakeCounts,
  type RemakeOptions,
  type RemakePage,
  remake,
  type SessionExamplesChange,
} from './again/remake.ts';
export { augmentorRevision } from './core/augmentor-revision.ts';
export { conversationOf } from './core/conversation-of.ts';
export type { SessionExamples } from './core/examples-of.ts';
export type { PlacedExample } from './core/placed-example.ts';
export type { TechniqueCount, TechniqueCounts } from './core/technique-counts.ts';
export type { Synonyms } from './core/techniques/technique.ts';
export { type OpenEncoder, openEncoder } from './encoder/open-encoder.ts';
export type { EncoderPlaces } from './encoder/process-encoder.ts';
export { readSynonyms } from './synonym-table.ts';
export { copiesOfText, type TextCopies, type TextCopy } from './text-copies.ts';

export interface ExamplesOptions {
  readonly settings: Settings;
  readonly side: Side;
  /** What copies are measured by; null: rules alone decide, whatever the settings say. */
  readonly encoder: Encoder | null;
  /** Default: the shipped table, read at the first call. */
  readonly synonyms?: Synonyms;
  readonly signal?: AbortSignal | undefined;
}

/** All examples of a kept session: pairs, their copies (side `train` only) and the chat; the same ones whenever it is called. */
export async function examplesOf(
  session: CleanSession,
  { settings, side, encoder, synonyms, signal }: ExamplesOptions,
): Promise<core.SessionExamples> {
  const tools = { synonyms: synonyms ?? shippedSynonyms(), read: readText };
  const draft = draftOf(session, { settings, side, tools });
  return core.examplesOf(draft, { settings, similarity: await measure(draft, encoder, signal) });
}
