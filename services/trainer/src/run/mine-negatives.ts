import type { EmbeddingModel, NegativeText, PairBatch } from '@millrace/engine';
import { type Likeness, likeness, mineNegatives } from '../core/hard-negatives.ts';
import type { TextPairs } from './text-pairs.ts';

/** Makes the batch of these pairs, by their places, with the negatives that were mined for them. */
export type MakeBatch = (places: readonly number[]) => PairBatch;

interface MineOptions {
  readonly model: EmbeddingModel;
  /** Negatives a pair at most; 0: nothing is computed. */
  readonly perPair: number;
  readonly margin: number;
  readonly signal?: AbortSignal | undefined;
}

/** Mines negatives by the model as it is: at the beginning of a training the base, whose mistakes they are. */
export async function batchMaker(pairs: TextPairs, options: MineOptions): Promise<MakeBatch> {
  const { model, perPair, margin, signal } = options;
  const plainBatch = (places: readonly number[]): PairBatch => {
    const batch = places.flatMap((place) => pairs.read[place] ?? []);
    return {
      anchors: batch.map(({ anchor }) => anchor),
      positives: batch.map(({ positive }) => positive),
      groups: batch.map(({ session }) => session),
    };
  };
  if (perPair === 0) return plainBatch;

  const alike = likeness(pairs.plain);
  const encode = (texts: readonly string[]) => model.encode(texts, { ...(signal && { signal }) });
  const anchors = await encode(pairs.read.map(({ anchor }) => anchor));
  const positives = await encode(pairs.read.map(({ positive }) => positive));
  const { dimension } = model;
  const mined = mineNegatives({ anchors, positives, dimension }, { perPair, margin, alike });
  return (places) => ({
    ...plainBatch(places),
    negatives: negativesOf(places, { mined, alike }).flatMap((place): NegativeText[] => {
      const pair = pairs.read[place];
      return pair ? [{ text: pair.positive, anchor: pair.anchor, group: pair.session }] : [];
    }),
  });
}

/** Every anchor of the batch meets every negative, so one that may be right for any of them stays out. */
function negativesOf(
  places: readonly number[],
  { mined, alike }: { readonly mined: readonly (readonly number[])[]; readonly alike: Likeness },
): readonly number[] {
  const replies = new Set<number>();
  return places
    .flatMap((place) => mined[place] ?? [])
    .filter((place) => {
      const reply = alike.replyOf(place);
      if (replies.has(reply) || !places.every((own) => alike.mayBeNegative(own, place)))
        return false;
      replies.add(reply);
      return true;
    });
}
