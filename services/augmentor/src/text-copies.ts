import type { Settings } from '@millrace/shared/contracts/settings';
import type { Encoder } from '@millrace/shared/ports/encoder';
import type { MaskedLm } from '@millrace/shared/ports/masked-lm';
import { readText } from '@millrace/text/tokens';
import { type AcceptedCopy, type CopyTechnique, selectCopies } from './core/copies.ts';
import { NearOthers } from './core/near-others.ts';
import { similarityOf } from './core/similarity-of.ts';
import {
  counted,
  noCounts,
  type TechniqueCount,
  type TechniqueCounts,
} from './core/technique-counts.ts';
import { hiddenWordsOf } from './core/techniques/masked-swaps.ts';
import { type Copied, proposeFor, textsToMeasure } from './core/text-proposals.ts';
import { predictionsOf } from './masked-lm/predictions-of.ts';
import { shippedSynonyms } from './synonym-table.ts';
import type { RoundTrip } from './translate/round-trip.ts';

export interface TextCopiesOptions {
  readonly settings: Settings;
  /** What copies are measured by; null: rules alone decide. */
  readonly encoder: Encoder | null;
  /** Where back-translations come from; without it that technique is refused as `not_translated`. */
  readonly translate?: RoundTrip | null | undefined;
  /** What contextual substitution asks where the settings name one; without it that technique is refused as `no_masked_lm`. */
  readonly maskedLm?: MaskedLm | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface TextCopy extends AcceptedCopy {
  readonly technique: CopyTechnique;
  /** Null without an encoder. */
  readonly vector: Float32Array | null;
}

export interface TextCopies {
  readonly copies: readonly TextCopy[];
  readonly techniques: TechniqueCounts;
  /** Of the text itself; null when nothing was measured. */
  readonly vector: Float32Array | null;
}

/**
 * Sound copies of a text that belongs to no session; a function of what is given, whatever was asked for before. The text is
 * translated alone: what a translator says beside others may depend on them.
 */
export async function copiesOfText(
  copied: Copied,
  { settings, encoder, translate = null, maskedLm = null, signal }: TextCopiesOptions,
): Promise<TextCopies> {
  const { text } = copied;
  const { techniques: names, copies_per_example } = settings.augmentation;
  const isTranslated = names.includes('back_translation') && copies_per_example > 0;
  const answers = translate !== null && isTranslated ? await translate([text], signal) : null;
  const translated = (of: string): string | null => answers?.get(of) ?? null;
  const known = { synonyms: shippedSynonyms(), read: readText };
  const masked = await predictionsOf((related) => hiddenWordsOf(text, known, related), {
    settings,
    maskedLm,
    signal,
  });
  const tools = { ...known, translated, ...(masked !== undefined && { masked }) };
  const proposals = proposeFor(copied, { settings, tools });
  const texts = textsToMeasure([{ text, proposals }]);
  const embeddings =
    encoder === null || texts.length === 0 ? null : await encoder.encode(texts, signal);
  const vectorOf = (of: string): Float32Array | null => {
    if (embeddings === null) return null;
    const from = texts.indexOf(of) * embeddings.dimension;
    return embeddings.rows.slice(from, from + embeddings.dimension);
  };
  const { gate, copies_per_example: limit } = settings.augmentation;
  const similarity = embeddings === null ? null : similarityOf(texts, embeddings);
  const taken = new Set<string>();
  const techniques: Partial<Record<CopyTechnique, TechniqueCount>> = {};
  const copies = proposals.flatMap((offered): TextCopy[] => {
    const { technique } = offered;
    const beside = { position: 0, taken, copies: new NearOthers() };
    const selected = selectCopies(offered, { text, limit, gate, similarity, ...beside });
    techniques[technique] = counted(noCounts, selected.accepted.length, selected.refused);
    return selected.accepted.map((copy) => ({ ...copy, technique, vector: vectorOf(copy.text) }));
  });
  return { copies, techniques, vector: vectorOf(text) };
}
