import type { Example, ModelType } from '@millrace/shared/domain/example';
import type { LimitProblem, Outliers, TextMetrics } from '@millrace/text';

/** Why a ready example is not in the dataset. */
export type DropReason =
  /** Another example teaches the same. */
  | 'duplicate'
  /** An original that nearly says what another one says. */
  | 'near_duplicate'
  /** Two of three detectors find it far from the other examples. */
  | 'outlier'
  /** An augmented copy of a holdout example. */
  | 'holdout_copy'
  /** One of its texts also stands on the holdout side. */
  | 'equals_holdout'
  /** One of its texts nearly stands on the holdout side. */
  | 'near_holdout'
  /** The original that it copies is not in the dataset. */
  | 'parent_dropped'
  /** An ablation has shown that its technique does not help. */
  | 'technique_off'
  /** Another copy of the same original trains. */
  | 'copy_limit'
  /** Its user holds too large a share. */
  | 'user_share';

export interface FreezeCounts {
  /** train + holdout + not_sampled + all that was dropped. */
  readonly ready: number;
  readonly train: number;
  readonly holdout: number;
  readonly not_sampled: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

/** What the detectors of outliers found among the originals of the training side. */
export interface OutlierFigures {
  readonly examined: number;
  /** Found by two detectors or all three. */
  readonly dropped: number;
  /** By detector. */
  readonly found: Outliers['found'];
  /** By feature, the examples beyond `outlier_threshold`: kept, unless the detectors agree. */
  readonly beyond: Outliers['beyond'];
}

/** A limit that the dataset breaks: training is blocked unless forced. */
export type DatasetProblem = LimitProblem;

/** A frozen dataset: its examples, and the manifest whose hash names it. */
export interface Frozen<E extends Example = Example> {
  readonly modelType: ModelType;
  readonly seed: number;
  /** Sorted by id. */
  readonly train: readonly E[];
  /** Sorted by id. */
  readonly holdout: readonly E[];
  /** NDJSON, a header line first. */
  readonly manifest: string;
  /** SHA-256 of the manifest. */
  readonly datasetSha256: string;
  /** SHA-256 of the manifest's holdout lines: equal for every seed. */
  readonly holdoutSha256: string;
}

export interface FreezeResult<E extends Example = Example> extends Frozen<E> {
  readonly counts: FreezeCounts;
  /** Of the examples that are in it, one text each. */
  readonly metrics: TextMetrics;
  readonly problems: readonly DatasetProblem[];
  /** Shares of examples that repeat another up to case and white space. */
  readonly duplicateRatio: { readonly before: number; readonly after: number };
  readonly outliers: OutlierFigures;
  /** Sentences for the report. */
  readonly notes: readonly string[];
}
