import type { Settings } from '@millrace/shared/contracts/settings';
import type { Encoder } from '@millrace/shared/ports/encoder';
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
import { type Copied, proposeFor, textsToMeasure } from './core/text-proposals.ts';
import { shippedSynonyms } from './synonym-table.ts';

export interface TextCopiesOptions {
  readonly settings: Settings;
  /** What copies are measured by; null: rules alone decide. */
  readonly encoder: Encoder | null;
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

/** Sound copies of a text that belongs to no session; a function of what is given, whatever was asked for before. */
export async function copiesOfText(
  copied: Copied,
  { settings, encoder, signal }: TextCopiesOptions,
): Promise<TextCopies> {
  const tools = { synonyms: shippedSynonyms(), read: readText };
  const { text } = copied;
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
