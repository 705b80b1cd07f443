import { type PairIdentity, trueNegatives } from '../losses/false-negatives.ts';
import { rankingFeeds } from '../losses/ranking-loss.ts';
import type { Feeds } from '../nets/net.ts';

/** Pairs as token ids, with `[CLS]` and `[SEP]`. */
export interface TokenBatch {
  readonly anchors: readonly (readonly number[])[];
  readonly positives: readonly (readonly number[])[];
  /** Where pairs come from, like a session; pairs of one group are not each other's negatives. */
  readonly groups?: readonly string[];
  /** Further candidates that are nobody's positive in this batch, like texts that were mined for it. */
  readonly negatives?: readonly TokenNegative[];
}

/** A text that anchors must tell from their positives. */
export interface TokenNegative {
  readonly text: readonly number[];
  /** What it truly answers: it is no negative of an equal anchor. */
  readonly anchor: readonly number[];
  readonly group?: string;
}

/** All texts of a batch in the order of the net's output: anchors, positives, further negatives. */
export function textsOf(batch: TokenBatch): (readonly number[])[] {
  const { anchors, positives, negatives = [] } = batch;
  return [...anchors, ...positives, ...negatives.map(({ text }) => text)];
}

/** What the loss needs to know of a batch. */
export function rankingOf(
  batch: TokenBatch,
  { maskFalseNegatives }: { readonly maskFalseNegatives: boolean },
): Feeds {
  const { anchors, positives, negatives = [] } = batch;
  const sizes = { pairs: anchors.length, candidates: positives.length + negatives.length };
  return rankingFeeds(sizes, maskFalseNegatives ? trueNegatives(identityOf(batch)) : () => true);
}

/** @throws RangeError when a batch is empty or uneven */
export function checkSizes({ anchors, positives, groups }: TokenBatch): void {
  const sizes = [anchors, positives, ...(groups ? [groups] : [])].map(({ length }) => length);
  if (anchors.length > 0 && sizes.every((size) => size === anchors.length)) return;
  throw new RangeError(`a batch needs as many anchors as positives and groups: ${sizes}`);
}

function identityOf({ anchors, positives, groups, negatives = [] }: TokenBatch): PairIdentity {
  const key = (ids: readonly number[]): string => ids.join();
  return {
    anchors: [...anchors, ...negatives.map(({ anchor }) => anchor)].map(key),
    positives: [...positives, ...negatives.map(({ text }) => text)].map(key),
    ...(groups && { groups: [...groups, ...negatives.map(({ group = '' }) => group)] }),
  };
}
