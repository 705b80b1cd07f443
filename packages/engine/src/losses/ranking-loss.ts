import type { Block, Feed, Kernels, Lookup } from '../kernels/kernels.ts';

/** sentence-transformers' default: cosines times 20. */
const SCALE = 20;
/** Added to a logit that must not count; exp of it is 0 in float32. */
const MASKED = -1e9;

/**
 * MultipleNegativesRankingLoss: each anchor must find its own positive among the positives of the whole batch, which is
 * cross-entropy over cosines times 20. A masked pair is no negative; with nothing masked it is the plain loss, exactly.
 * Input: (2 n, width) unit rows, n anchors, then their n positives.
 * @see Henderson et al. 2017, arXiv:1705.00652, section 4.4
 */
export function rankingLoss<V>(k: Kernels<V>): (embeddings: V, feed: Lookup<V>) => Block<V> {
  const scale = k.scalar(SCALE);
  return (embeddings, feed) =>
    k.block(
      () => {
        const [anchors, positives] = k.halves(embeddings);
        const logits = k.mul(k.matMul(anchors, positives, 'nt'), scale);
        const [losses, dLogits] = k.crossEntropy(
          k.add(logits, feed('negativesMask')),
          feed('ownPositive'),
        );
        return [k.mean(losses), { anchors, positives, dLogits }];
      },
      (gradient, { anchors, positives, dLogits }) => {
        const dCosines = k.mul(dLogits, k.mul(gradient, feed('scaleOverPairs')));
        const dAnchors = k.matMul(dCosines, positives, 'nn');
        const dPositives = k.matMul(dCosines, anchors, 'tn');
        return { input: k.concat([dAnchors, dPositives]), weights: {} };
      },
    );
}

/**
 * What the loss needs to know of a batch.
 * @param isNegative  whether the positive of pair `other` may stand as a negative of pair `own`
 */
export function rankingFeeds(
  pairs: number,
  isNegative: (own: number, other: number) => boolean,
): Map<string, Feed> {
  const mask = new Float32Array(pairs * pairs);
  for (let own = 0; own < pairs; own += 1) {
    for (let other = 0; other < pairs; other += 1) {
      if (own !== other && !isNegative(own, other)) mask[own * pairs + other] = MASKED;
    }
  }
  return new Map<string, Feed>([
    ['negativesMask', { data: mask, shape: [pairs, pairs] }],
    ['ownPositive', { data: Int32Array.from({ length: pairs }, (_, i) => i), shape: [pairs] }],
    ['scaleOverPairs', { data: Float32Array.of(SCALE / pairs), shape: [] }],
  ]);
}
