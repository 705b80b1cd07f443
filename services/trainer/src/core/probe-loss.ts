import { cosineOf, type PairVectors } from './pair-vectors.ts';

const batchSize = 32;
const scale = 20;

/**
 * The training's own loss of pairs that are not trained on, nats: cross-entropy of each question's own reply among the
 * replies of its batch of 32, cosines times 20.
 */
export function probeLoss(vectors: PairVectors): number {
  const count = vectors.anchors.length / vectors.dimension;
  let sum = 0;
  for (let own = 0; own < count; own++) {
    const first = own - (own % batchSize);
    const logits: number[] = [];
    for (let other = first; other < Math.min(count, first + batchSize); other++) {
      logits.push(cosineOf(vectors, own, other) * scale);
    }
    const largest = Math.max(...logits);
    const total = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    sum += Math.log(total) + largest - (logits[own - first] ?? 0);
  }
  return count === 0 ? 0 : sum / count;
}
