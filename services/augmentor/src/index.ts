import type { Settings } from '@millrace/shared/contracts/settings';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import * as core from './core/examples-of.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { measure } from './measure.ts';
import { shippedSynonyms } from './synonym-table.ts';
import type { RoundTrip } from './translate/round-trip.ts';

export {
  type RemakeCounts,
  type RemakeOptions,
  type RemakePage,
  remake,
  type SessionExamplesChange,
} from './again/remake.ts';
export { maskedLmPlaces, translatorKey, translatorPlaces } from './config.ts';
export { augmentorRevision, type ModelDigests, modelsInUse } from './core/augmentor-revision.ts';
export { conversationOf } from './core/conversation-of.ts';
export type { SessionExamples } from './core/examples-of.ts';
export type { PlacedExample } from './core/placed-example.ts';
export { asksMaskedLm, asksTranslator } from './core/session-draft.ts';
export type { TechniqueCount, TechniqueCounts } from './core/technique-counts.ts';
export type { Synonyms } from './core/techniques/technique.ts';
export { type OpenEncoder, openEncoder } from './encoder/open-encoder.ts';
export type { EncoderPlaces } from './encoder/process-encoder.ts';
export {
  type MaskedLmPlaces,
  type OpenMaskedLm,
  openMaskedLm,
} from './masked-lm/process-masked-lm.ts';
export { type ModelPlaces, modelDigests } from './model-digests.ts';
export { readSynonyms } from './synonym-table.ts';
export { copiesOfText, type TextCopies, type TextCopy } from './text-copies.ts';
export { type OpenRoundTrip, openModelTrip, openRoundTrip } from './translate/open-round-trip.ts';
export { type RoundTrip, type RoundTripOptions, roundTrip } from './translate/round-trip.ts';
export type { TranslatorPlaces } from './translate/translator-places.ts';

export interface ExamplesOptions {
  readonly settings: Settings;
  readonly side: Side;
  /** What copies are measured by; null: rules alone decide, whatever the settings say. */
  readonly encoder: Encoder | null;
  /** Where back-translations come from; without it that technique is refused as `not_translated`. */
  readonly translate?: RoundTrip | null | undefined;
  /** What contextual substitution asks where the settings name one; without it that technique is refused as `no_masked_lm`. */
  readonly maskedLm?: MaskedLm | null | undefined;
  /** Default: the shipped table, read at the first call. */
  readonly synonyms?: Synonyms;
  readonly signal?: AbortSignal | undefined;
}

/** All examples of a kept session: pairs, their copies (side `train` only) and the chat; the same ones whenever it is called. */
export async function examplesOf(
  session: CleanSession,
  options: ExamplesOptions,
): Promise<core.SessionExamples> {
  const { settings, side, translate = null, maskedLm = null } = options;
  const { synonyms = shippedSynonyms() } = options;
  const given = { ...options, translate, maskedLm, synonyms };
  const { draft, similarity } = await measure({ session, side }, given);
  return core.examplesOf(draft, { settings, similarity });
}
