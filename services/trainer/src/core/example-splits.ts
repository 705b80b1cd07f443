import type { PairExample } from '@millrace/shared/domain/example';
import { type AssignOptions, assignFolds } from './assign-folds.ts';
import { bucketSplits } from './bucket-splits.ts';
import { otherPlaces } from './fold-mask.ts';
import type { SessionFacts } from './session-facts.ts';
import { sessionKeyOf } from './session-key.ts';
import { groupOfExample } from './user-share.ts';

/** One training: examples to train on, and originals of other users to be measured on. */
export interface ExampleSplit {
  readonly split: number;
  readonly tested: readonly number[];
  readonly train: readonly PairExample[];
  readonly masked: number;
  readonly later: number;
  readonly validation: readonly PairExample[];
}

export interface ExampleSplitsOptions extends AssignOptions {
  /** Labels and times of the sessions, by sessionKeyOf. */
  readonly facts: ReadonlyMap<string, SessionFacts>;
  /** Label to stratify by; null: by size only. */
  readonly label: string | null;
}

/**
 * The trainings of a cross-validation over a dataset's training side. Folds are made of sessions, by the rule of
 * `millrace folds`, and a session's examples, copies too, follow it. A training leaves out what nearly says a text that it
 * is measured on. No copy is measured on: it is no question that a person asked.
 */
export function exampleSplits(
  examples: readonly PairExample[],
  options: ExampleSplitsOptions,
): {
  readonly splits: readonly ExampleSplit[];
  readonly folds: number;
  readonly notes: readonly string[];
} {
  const { facts, label, strategy, leaveOut } = options;
  const bySession = [...Map.groupBy(examples, sessionKeyOf)];
  const startedAt = (key: string): number | null => facts.get(key)?.startedAtMs ?? null;
  const sessions = bySession.map(([key, [first]]) => ({
    group: first === undefined ? key : groupOfExample(first),
    stratum: label === null ? null : (facts.get(key)?.labels.get(label) ?? ''),
    startedAtMs: startedAt(key),
  }));
  const assigned = assignFolds(sessions, options);
  const foldOf = new Map(bySession.map(([key], i) => [key, assigned.foldOf[i] ?? 0]));
  const placed = examples.map((example) => ({
    example,
    fold: foldOf.get(sessionKeyOf(example)) ?? 0,
  }));
  const texts = placed.flatMap(({ example, fold }) => [
    { text: example.anchor, place: fold },
    { text: example.positive, place: fold },
  ]);
  const others = otherPlaces(texts);
  const saidIn = new Map(
    placed.map(({ example }, i) => [
      example,
      new Set([...(others[2 * i] ?? []), ...(others[2 * i + 1] ?? [])]),
    ]),
  );
  const buckets = bucketSplits(examples, {
    foldOf: placed.map(({ fold }) => fold),
    folds: assigned.folds,
    strategy,
    leaveOut,
  });
  const splits = buckets.map(({ split, tested, train, test }): ExampleSplit => {
    const unseen = train.filter((e) => !tested.some((fold) => saidIn.get(e)?.has(fold)));
    const firstTested = test.reduce(
      (min, e) => Math.min(min, startedAt(sessionKeyOf(e)) ?? min),
      Number.POSITIVE_INFINITY,
    );
    const isEarlier = (e: PairExample): boolean =>
      strategy !== 'forward' || (startedAt(sessionKeyOf(e)) ?? 0) < firstTested;
    const earlier = unseen.filter(isEarlier);
    return {
      split,
      tested,
      train: earlier,
      masked: train.length - unseen.length,
      later: unseen.length - earlier.length,
      validation: test.filter((example) => example.parentId === null),
    };
  });
  return { splits, folds: assigned.folds, notes: assigned.notes };
}
