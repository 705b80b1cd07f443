import { rngFor, shuffled } from '@millrace/shared/domain/rng';
import { nearClusters } from '@millrace/text';

/** A pair as the sampler sees it. */
export interface BatchPair {
  readonly anchor: string;
  readonly positive: string;
  /** Its session: replies of one conversation are no honest negatives of each other. */
  readonly session: string;
}

export interface PlanOptions {
  readonly batchSize: number;
  readonly epochs: number;
  readonly seed: number;
  /** Caps the steps of all epochs together; null: epochs decide. */
  readonly maxSteps: number | null;
}

export interface TrainingPlan {
  /** One a step: positions in the list of pairs. */
  readonly steps: readonly (readonly number[])[];
  /** Batches of each epoch that is begun. */
  readonly stepsPerEpoch: readonly number[];
  /** Pairs of each epoch that no batch took, because too few others could stand beside them. */
  readonly leftOver: readonly number[];
}

/**
 * Every batch of a training, in order; a function of the pairs, their order, and the options. Inside a batch no text
 * stands twice or nearly (clusters of near-duplicates, letter case, blanks and punctuation apart) and no session twice, so
 * that no pair's own answer is among its negatives, in whatever words. Each epoch is shuffled anew and uses a pair at most
 * once. About 4 s for the 20,000 texts of 10,000 pairs, nearly all for the clusters.
 */
export function planBatches(pairs: readonly BatchPair[], options: PlanOptions): TrainingPlan {
  const keys = conflictKeys(pairs);
  const limit = options.maxSteps ?? Number.POSITIVE_INFINITY;
  const steps: (readonly number[])[] = [];
  const stepsPerEpoch: number[] = [];
  const leftOver: number[] = [];
  for (let epoch = 0; epoch < options.epochs && steps.length < limit; epoch++) {
    const order = shuffled([...pairs.keys()], rngFor(options.seed, 'batches', epoch));
    const batches = fillBatches(order, keys, options.batchSize);
    stepsPerEpoch.push(batches.length);
    leftOver.push(pairs.length - batches.reduce((sum, batch) => sum + batch.length, 0));
    steps.push(...batches.slice(0, limit - steps.length));
  }
  return { steps, stepsPerEpoch, leftOver };
}

/**
 * First fit: each pair goes into the first batch that has room and lies behind every batch that holds one of its keys.
 * Batches of less than half the largest are given up: a few negatives teach little and would weigh as much as a full step.
 * O(pairs), whatever the repetitions.
 */
function fillBatches(
  order: readonly number[],
  keys: readonly (readonly string[])[],
  batchSize: number,
): readonly (readonly number[])[] {
  const batches: number[][] = [];
  const nextWithRoom = new NextWithRoom();
  const behind = new Map<string, number>();
  for (const pair of order) {
    const own = keys[pair] ?? [];
    const from = own.reduce((max, key) => Math.max(max, behind.get(key) ?? 0), 0);
    const at = nextWithRoom.find(from);
    const batch = batches[at];
    if (batch) batch.push(pair);
    else batches[at] = [pair];
    if (batches[at]?.length === batchSize) nextWithRoom.fill(at);
    for (const key of own) behind.set(key, at + 1);
  }
  const largest = batches.reduce((max, batch) => Math.max(max, batch.length), 0);
  const least = Math.max(2, Math.ceil(largest / 2));
  return batches.filter((batch) => batch.length >= least);
}

/** Anchors and positives share one space: an anchor's own words are no honest negative either. */
function conflictKeys(pairs: readonly BatchPair[]): readonly (readonly string[])[] {
  const texts = [...new Set(pairs.flatMap(({ anchor, positive }) => [anchor, positive]))];
  const clusters = nearClusters(texts);
  const clusterOf = new Map(texts.map((text, i) => [text, `text ${clusters[i]}`]));
  return pairs.map(({ anchor, positive, session }) => [
    ...new Set([clusterOf.get(anchor) ?? '', clusterOf.get(positive) ?? '', `session ${session}`]),
  ]);
}

/** First batch at or behind an index that is not full; union-find with path halving. */
class NextWithRoom {
  readonly #next = new Map<number, number>();

  find(from: number): number {
    let at = from;
    for (;;) {
      const next = this.#next.get(at);
      if (next === undefined) return at;
      const after = this.#next.get(next);
      if (after !== undefined) this.#next.set(at, after);
      at = next;
    }
  }

  fill(batch: number): void {
    this.#next.set(batch, batch + 1);
  }
}
