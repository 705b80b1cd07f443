/** The library face: what packages/pipeline may import. */

export {
  type Ablation,
  allCopies,
  copyPolicyOf,
  type StandingVerdict,
  standingVerdicts,
} from './core/ablation.ts';
export type { AblationArm } from './core/ablation-folds.ts';
export type { CvStrategy } from './core/assign-folds.ts';
export { askedValues, withoutAuto } from './core/chosen-settings.ts';
export type { Comparison } from './core/comparison.ts';
export type { CopyPolicy } from './core/copies.ts';
export type { CrossValidation, Fold } from './core/cross-validation.ts';
export { forcedNotes, problemText, requireTrainable } from './core/dataset-limits.ts';
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
export type { RetrievalMetrics, RetrievalScores } from './core/retrieval-metrics.ts';
export { type SessionFacts, sessionFacts } from './core/session-facts.ts';
export {
  type FileSession,
  type FoldRow,
  type FoldSize,
  type SessionFolds,
  type SessionFoldsOptions,
  sessionFolds,
} from './core/session-folds.ts';
export { sessionKeyOf } from './core/session-key.ts';
export { groupOfExample } from './core/user-share.ts';
export { type Maintained, maintain } from './maintain/maintain.ts';
export { maintainedFields } from './maintain/maintained-fields.ts';
export { type AblateOptions, ablate } from './run/ablate.ts';
export { ablationSchema } from './run/ablation-schema.ts';
export { ablationsOf } from './run/ablation-store.ts';
export {
  type CompareOptions,
  compareAdapters,
  compareEmbeddings,
} from './run/compare-models.ts';
export { type CrossValidateOptions, crossValidate } from './run/cross-validate.ts';
export { crossValidationSchema } from './run/cross-validation-schema.ts';
export { readyFor } from './run/dataset.ts';
export { type EncodedChats, encodeChats } from './run/encode-chats.ts';
export { heldOut } from './run/held-out.ts';
export { llmReportSchema } from './run/llm-report-schema.ts';
export type { Machine } from './run/machine.ts';
export type { TrainingProgress } from './run/progress.ts';
export type { StepReport } from './run/step-report.ts';
export { type StoredDataset, storedDataset } from './run/stored-dataset.ts';
export { trainEmbedding } from './run/train-embedding.ts';
export { trainLlm } from './run/train-llm.ts';
export type { TrainOptions } from './run/train-options.ts';
export type { LlmReport, TrainedModel } from './run/trained-model.ts';
export {
  type Surroundings,
  settingsRead,
  surroundingsOf,
  type TrainingInputs,
  trainingInputsSchema,
} from './run/training-inputs.ts';
