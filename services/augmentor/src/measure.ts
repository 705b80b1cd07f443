import type { Settings } from '@millrace/shared/contracts/settings';
import type { CleanSession } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { readText } from '@millrace/text/tokens';
import type { Similarity } from './core/copies.ts';
import {
  draftOf,
  type SessionDraft,
  textsToTranslate,
  wordsToPredict,
} from './core/session-draft.ts';
import { similarityOf } from './core/similarity-of.ts';
import type { Synonyms } from './core/techniques/technique.ts';
import { textsToMeasure } from './core/text-proposals.ts';
import { predictionsOf } from './masked-lm/predictions-of.ts';
import type { RoundTrip } from './translate/round-trip.ts';

/** What a decision on copies may ask. */
export interface Models {
  /** Null: rules alone decide. */
  readonly encoder: Encoder | null;
  /** Null: nothing is translated. */
  readonly translate: RoundTrip | null;
  /** Null: contextual substitution is refused where the settings name a masked language model. */
  readonly maskedLm: MaskedLm | null;
}

export interface MeasureOptions extends Models {
  readonly settings: Settings;
  readonly synonyms: Synonyms;
  readonly signal?: AbortSignal | undefined;
}

export interface Measured {
  readonly draft: SessionDraft;
  readonly similarity: Similarity;
}

/**
 * A session's candidates, and what they are compared by. One list a session and no other text in it is encoded, and one of hidden
 * words is asked about: so the figures are a function of the session, whatever is measured beside it, before it, or by how many workers. What a
 * translator says is its own affair.
 */
export async function measure(
  { session, side }: { readonly session: CleanSession; readonly side: Side },
  { settings, synonyms, encoder, translate, maskedLm, signal }: MeasureOptions,
): Promise<Measured> {
  const toTranslate = translate === null ? [] : textsToTranslate(session, { settings, side });
  const answers =
    translate === null || toTranslate.length === 0 ? null : await translate(toTranslate, signal);
  const translated = (text: string): string | null => answers?.get(text) ?? null;
  const asking = { settings, side, tools: { synonyms, read: readText } };
  const masked = await predictionsOf((related) => wordsToPredict(session, asking, related), {
    settings,
    maskedLm,
    signal,
  });
  const tools = { ...asking.tools, translated, ...(masked !== undefined && { masked }) };
  const draft = draftOf(session, { settings, side, tools });
  const texts = textsToMeasure(
    draft.parents.map(({ parent, proposals }) => ({
      text: parent.anchor,
      proposals,
      reply: settings.augmentation.reply_cosine ? parent.positive : undefined,
    })),
  );
  if (encoder === null || texts.length === 0) return { draft, similarity: null };
  return { draft, similarity: similarityOf(texts, await encoder.encode(texts, signal)) };
}
