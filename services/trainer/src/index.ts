/** The library face: what packages/pipeline may import. */

export type { CvStrategy } from './core/assign-folds.ts';
export {
  type BatchPair,
  type PlanOptions,
  planBatches,
  type TrainingPlan,
} from './core/batches.ts';
export { type BucketSplit, bucketSplits } from './core/bucket-splits.ts';
export { askedValues, withoutAuto } from './core/chosen-settings.ts';
export { requireTrainable } from './core/dataset-limits.ts';
export { type FoldOptions, kFolds, type Splits, splitsFor } from './core/folds.ts';
export { type FreezeInput, freeze } from './core/freeze.ts';
export type {
  DatasetProblem,
  DropReason,
  FreezeCounts,
  FreezeResult,
  Frozen,
} from './core/frozen.ts';
export { type GateInput, type GateResult, gate } from './core/gate.ts';
export { findLeaks, type Leak, type LeakCode } from './core/leak-check.ts';
export { type RetrievalTask, retrievalTask } from './core/retrieval.ts';
export type { RetrievalMetrics, RetrievalScores } from './core/retrieval-metrics.ts';
export { sessionFacts } from './core/session-facts.ts';
export {
  type FileSession,
  type FoldRow,
  type FoldSize,
  type SessionFolds,
  type SessionFoldsOptions,
  sessionFolds,
} from './core/session-folds.ts';
export { groupOfExample } from './core/user-share.ts';
export { type EvaluateOptions, evaluate, type TextEncoder } from './run/evaluate.ts';
export type { TrainingProgress } from './run/progress.ts';
export type { StepReport } from './run/step-report.ts';
export { type TrainedModel, trainEmbedding } from './run/train-embedding.ts';
export type { TrainEmbeddingOptions } from './run/train-options.ts';
