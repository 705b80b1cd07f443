import { sha256Hex } from '@millrace/shared/domain/hash';
import type { TechniqueSums } from '../core/sum-techniques.ts';

/** How copies came to be. */
export interface Augmentation {
  /** By technique: proposed = accepted + refused by reason. */
  readonly techniques: TechniqueSums;
  /** What decided on copies: the encoder behind the rules, or the rules alone. */
  readonly gate: 'encoder' | 'rules';
}

/** Name of an example that has none: equal content, equal name. */
export const contentId = (content: unknown): string => sha256Hex(JSON.stringify(content));

/** Name of the nth copy of an original by a technique, from 0. */
export const copyId = (parent: string, technique: string, n: number): string =>
  sha256Hex(JSON.stringify([parent, technique, n + 1]));

/** Four decimals, as in documents. */
export const roundedSimilarity = (similarity: number | null): number | null =>
  similarity === null ? null : Math.round(similarity * 10_000) / 10_000;
