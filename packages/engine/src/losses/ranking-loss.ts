import type { Block, Feed, Kernels, Lookup } from '../kernels/kernels.ts';

/** sentence-transformers' default: cosines times 20. */
const SCALE = 20;
/** Added to a logit that must not count; exp of it is 0 in float32. */
const MASKED = -1e9;

/**
 * MultipleNegativesRankingLoss: each anchor must find its own positive among the candidates of the whole batch, which is
 * cross-entropy over cosines times 20. A masked candidate is no negative; with nothing masked it is the plain loss,
 * exactly. Input: (n + m, width) unit rows: n anchors, then m candidates, the n positives first.
 * @see Henderson et al. 2017, arXiv:1705.00652, section 4.4
 */
export function rankingLoss<V>(k: Kernels<V>): (embeddings: V, feed: Lookup<V>) => Block<V> {
  const scale = k.scalar(SCALE);
  return (embeddings, feed) =>
    k.block(
      () => {
        const anchors = k.rows(embeddings, feed('anchorRows'));
        const candidates = k.rows(embeddings, feed('candidateRows'));
        const logits = k.mul(k.matMul(anchors, candidates, 'nt'), scale);
        const [losses, dLogits] = k.crossEntropy(
          k.add(logits, feed('negativesMask')),
          feed('ownPositive'),
        );
        return [k.mean(losses), { anchors, candidates, dLogits }];
      },
      (gradient, { anchors, candidates, dLogits }) => {
        const dCosines = k.mul(dLogits, k.mul(gradient, feed('scaleOverPairs')));
        const dAnchors = k.matMul(dCosines, candidates, 'nn');
        const dCandidates = k.matMul(dCosines, anchors, 'tn');
        return { input: k.concat([dAnchors, dCandidates]), weights: {} };
      },
    );
}

/**
 * What the loss needs to know of a batch.
 * @param isNegative  whether candidate `other` may stand as a negative of pair `own`; never asked for its own positive
 */
export function rankingFeeds(
  { pairs, candidates }: { readonly pairs: number; readonly candidates: number },
  isNegative: (own: number, other: number) => boolean,
): Map<string, Feed> {
  const mask = new Float32Array(pairs * candidates);
  for (let own = 0; own < pairs; own += 1) {
    for (let other = 0; other < candidates; other += 1) {
      if (own !== other && !isNegative(own, other)) mask[own * candidates + other] = MASKED;
    }
  }
  return new Map<string, Feed>([
    ['negativesMask', { data: mask, shape: [pairs, candidates] }],
    ['ownPositive', rowNumbers(0, pairs)],
    ['anchorRows', rowNumbers(0, pairs)],
    ['candidateRows', rowNumbers(pairs, candidates)],
    ['scaleOverPairs', { data: Float32Array.of(SCALE / pairs), shape: [] }],
  ]);
}

const rowNumbers = (from: number, count: number): Feed => ({
  data: Int32Array.from({ length: count }, (_, i) => from + i),
  shape: [count],
});
