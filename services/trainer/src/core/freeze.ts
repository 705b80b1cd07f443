import type { Settings } from '@millrace/shared/contracts/settings';
import { InvariantError } from '@millrace/shared/domain/errors';
import { type Example, kindOf, type ModelType } from '@millrace/shared/domain/example';
import { revisionOf } from '@millrace/shared/domain/revision';
import type { Side } from '@millrace/shared/domain/side';
import { type CopyPolicy, copyNotes, limitCopies } from './copies.ts';
import { judgeDataset } from './dataset-limits.ts';
import { dropDuplicates, dropNearDuplicates, duplicateRatio } from './duplicates.ts';
import { fitScaling } from './feature-scaling.ts';
import type { DropReason, FreezeResult } from './frozen.ts';
import { maskHoldoutTexts } from './holdout-mask.ts';
import { writeManifest } from './manifest.ts';
import { dropOutliers } from './outliers.ts';
import { sample } from './sample.ts';
import { type Sifted, sift } from './sieve.ts';
import { groupOfExample, limitUserShare } from './user-share.ts';

/** Raised when a freeze decides differently with equal settings. */
const codeVersion = 4;

export interface FreezeInput<E extends Example> {
  readonly modelType: ModelType;
  /** Every ready example of the model type's kind, of the newest version of each session, in any order. */
  readonly examples: readonly E[];
  /** Side of every group (domain/side.ts), as stored at first sight. */
  readonly sides: ReadonlyMap<string, Side>;
  readonly settings: Settings;
  /** `random_state`. */
  readonly seed: number;
  readonly revisions: { readonly validator: string; readonly augmentor: string };
  /** Of the line's ablation; none: no technique was ablated yet. */
  readonly copies?: CopyPolicy;
}

/**
 * The dataset of these examples: a function of them, their sides, the settings and the seed; their order changes nothing.
 * Holdout examples are originals only, and their draw does not depend on the seed.
 * @throws InvariantError when a group has no side or an example is of the wrong kind
 */
export function freeze<E extends Example>(input: FreezeInput<E>): FreezeResult<E> {
  const { settings, seed, modelType, copies: policy = {} } = input;
  const { max_examples } = settings.validation;
  const all = input.examples.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ready = Object.groupBy(all, (example) => sideOfExample(example, input));
  const dropped = new Tally();

  const allHoldout = ready.holdout ?? [];
  const originals = dropped.add(
    sift(allHoldout, (e) => (e.parentId === null ? null : 'holdout_copy')),
  );
  const distinctHoldout = dropped.add(dropNearDuplicates(dropped.add(dropDuplicates(originals))));
  const holdout = sample(distinctHoldout, {
    limit: Math.ceil(max_examples * settings.training.validation_split),
    salt: 'holdout',
  });

  const distinct = dropped.add(dropDuplicates(ready.train ?? []));
  const unseen = dropped.add(maskHoldoutTexts(distinct, allHoldout));
  const apart = dropped.add(dropNearDuplicates(unseen));
  const usual = dropOutliers(apart, settings.validation.outlier_threshold);
  const single = dropped.add(limitCopies(dropped.add(usual), { policy, seed }));
  const share = limitUserShare(single, { maxShare: settings.training.max_user_share, seed });
  const candidates = dropped.add(share);
  const train = sample(candidates, { limit: max_examples - holdout.length, salt: seed });

  const { metrics, problems } = judgeDataset({ train, holdout }, settings);
  const header = {
    modelType,
    seed,
    settings: freezeSettings(settings),
    revisions: input.revisions,
    copies: policy,
    features: fitScaling(train),
  };
  return {
    ...writeManifest(header, { train, holdout }),
    counts: {
      ready: all.length,
      train: train.length,
      holdout: holdout.length,
      not_sampled: distinctHoldout.length - holdout.length + candidates.length - train.length,
      dropped: dropped.counts,
    },
    metrics,
    problems,
    duplicateRatio: { before: duplicateRatio(all), after: metrics.duplicate_ratio },
    outliers: usual.figures,
    notes: [...usual.notes, ...share.notes, ...copyNotes(train, policy)],
  };
}

function sideOfExample<E extends Example>(example: E, input: FreezeInput<E>): Side {
  if (example.kind !== kindOf[input.modelType]) {
    throw new InvariantError(
      'MILLRACE_PROCESSING_EXAMPLE_KIND',
      `example ${example.id} is a ${example.kind}, which ${input.modelType} does not learn from`,
    );
  }
  const side = input.sides.get(groupOfExample(example));
  if (side === undefined) {
    throw new InvariantError('MILLRACE_PROCESSING_NO_SIDE', `example ${example.id} has no side`);
  }
  return side;
}

/** Name of what a freeze reads from the settings; addresses, folders and training speed are not part of it. */
function freezeSettings({ validation, training }: Settings): string {
  return revisionOf('freeze', codeVersion, {
    validation,
    validation_split: training.validation_split,
    max_user_share: training.max_user_share,
    min_training_examples: training.min_training_examples,
  });
}

/** Counts what the steps drop, by reason. */
class Tally {
  readonly counts: Partial<Record<DropReason, number>> = {};

  add<E extends Example>(step: Sifted<E>): readonly E[] {
    for (const reason of reasons) {
      const count = step.dropped[reason];
      if (count !== undefined) this.counts[reason] = (this.counts[reason] ?? 0) + count;
    }
    return step.kept;
  }
}

const reasons = [
  'duplicate',
  'near_duplicate',
  'outlier',
  'holdout_copy',
  'equals_holdout',
  'near_holdout',
  'parent_dropped',
  'technique_off',
  'copy_limit',
  'user_share',
] as const satisfies readonly DropReason[];
