/** Unit rows of the questions and of their replies, in the same order. */
export interface ProbeVectors {
  readonly anchors: Float32Array;
  readonly positives: Float32Array;
  readonly dimension: number;
}

const batchSize = 32;
const scale = 20;

/**
 * The training's own loss of pairs that are not trained on, nats: cross-entropy of each question's own reply among the
 * replies of its batch of 32, cosines times 20.
 */
export function probeLoss({ anchors, positives, dimension }: ProbeVectors): number {
  const count = anchors.length / dimension;
  let sum = 0;
  for (let own = 0; own < count; own++) {
    const first = own - (own % batchSize);
    const logits: number[] = [];
    for (let other = first; other < Math.min(count, first + batchSize); other++) {
      let cosine = 0;
      for (let d = 0; d < dimension; d++) {
        cosine += (anchors[own * dimension + d] ?? 0) * (positives[other * dimension + d] ?? 0);
      }
      logits.push(cosine * scale);
    }
    const largest = Math.max(...logits);
    const total = logits.reduce((all, logit) => all + Math.exp(logit - largest), 0);
    sum += Math.log(total) + largest - (logits[own - first] ?? 0);
  }
  return count === 0 ? 0 : sum / count;
}
