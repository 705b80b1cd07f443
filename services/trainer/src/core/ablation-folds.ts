import type { PairExample } from '@millrace/shared/domain/example';
import { planBatches } from './batches.ts';
import type { TrainingValues } from './chosen-settings.ts';
import { exampleSplits } from './example-splits.ts';
import { retrievalTask } from './retrieval.ts';
import { sample } from './sample.ts';
import { sessionKeyOf } from './session-key.ts';

/** A technique, and its copies of the originals that are ablated with. */
export interface AblationArm {
  readonly technique: string;
  readonly copies: readonly PairExample[];
}

/** One fold: what trains, and what is measured on, the same for every technique and seed. */
export interface AblationFold {
  /** Originals, as many as the steps go through in the epochs. */
  readonly train: readonly PairExample[];
  /** Copies of those, by technique. */
  readonly copies: ReadonlyMap<string, readonly PairExample[]>;
  /** Originals of other users. */
  readonly validation: readonly PairExample[];
  /** The user of each query (retrievalTask). */
  readonly groups: readonly string[];
  /** Of every training on this fold. */
  readonly steps: number;
  /** The pairs and batches of one training; null: without copies. */
  planOf(
    technique: string | null,
    seed: number,
  ): { readonly pairs: readonly PairExample[]; readonly steps: readonly (readonly number[])[] };
}

interface AblationFoldsOptions {
  readonly values: TrainingValues & { readonly maxSteps: number };
  readonly folds: number;
  readonly seeds: readonly number[];
  /** Folds and samples are drawn by it. */
  readonly seed: number;
}

/** Originals that take part at most: measuring costs less than training, and each query narrows the interval. */
const mostOriginals = 3000;

/**
 * The folds of an ablation: group k-fold, users whole, texts that stand in the tested fold masked, copies too. What trains is
 * sampled to what the steps go through in the epochs, so that a pair is seen as often as in a final run; else copies would only
 * take the place of pairs that nobody saw yet. Every training has the steps of the one with the fewest batches.
 * @throws UserError (exit 2) when there are fewer users than folds
 */
export function ablationFolds(
  originals: readonly PairExample[],
  arms: readonly AblationArm[],
  { values, folds, seeds, seed }: AblationFoldsOptions,
): readonly AblationFold[] {
  const taken = sample(originals, { limit: mostOriginals, salt: seed });
  const takenIds = new Set(taken.map(({ id }) => id));
  const copies = arms.flatMap((arm) => arm.copies.filter((c) => takenIds.has(c.parentId ?? '')));
  const armOf = new Map(
    arms.flatMap((arm) => arm.copies.map((c) => [c.id, arm.technique] as const)),
  );
  const { splits } = exampleSplits([...taken, ...copies], {
    strategy: 'group-k-fold',
    k: folds,
    leaveOut: 1,
    seed,
    facts: new Map(),
    label: null,
  });
  const limit = Math.ceil((values.maxSteps * values.batchSize) / values.epochs);
  return splits.map((split): AblationFold => {
    const free = split.train.filter(({ parentId }) => parentId === null);
    const train = sample(free, { limit, salt: seed });
    const trainIds = new Set(train.map(({ id }) => id));
    const own = split.train.filter((e) => trainIds.has(e.parentId ?? ''));
    const byArm = Map.groupBy(own, (copy) => armOf.get(copy.id) ?? '');
    const pairsOf = (technique: string | null) =>
      technique === null ? train : [...train, ...(byArm.get(technique) ?? [])];
    const wanted = Math.min(
      values.maxSteps,
      Math.max(1, Math.floor((train.length * values.epochs) / values.batchSize)),
    );
    const planned = (technique: string | null, seedOf: number, most: number) =>
      planBatches(
        pairsOf(technique).map(({ anchor, positive, ...e }) => ({
          anchor,
          positive,
          session: sessionKeyOf(e),
        })),
        // batches that are too small are given up: further epochs make up for them
        { batchSize: values.batchSize, epochs: 4 * values.epochs, seed: seedOf, maxSteps: most },
      ).steps;
    const techniques = [null, ...arms.map((arm) => arm.technique)];
    const steps = Math.min(
      ...techniques.flatMap((t) => seeds.map((s) => planned(t, s, wanted).length)),
    );
    return {
      train,
      copies: byArm,
      validation: split.validation,
      groups: retrievalTask(split.validation).groups,
      steps,
      planOf: (technique, seedOf) => ({
        pairs: pairsOf(technique),
        steps: planned(technique, seedOf, steps),
      }),
    };
  });
}
