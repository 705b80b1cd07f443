export {
  type MaskedLmPlaces,
  type OpenEncoder,
  type OpenMaskedLm,
  openEncoder,
  openMaskedLm,
  openRoundTrip,
  type RoundTrip,
  roundTrip,
} from '@millrace/augmentor';
export {
  type Ablation,
  type CrossValidation,
  crossValidationSchema,
  type EncodedChats,
  encodeChats,
  type Fold,
  type FoldSize,
  findLeaks,
  type Leak,
  llmReportSchema,
  type StandingVerdict,
  sessionFolds,
  standingVerdicts,
} from '@millrace/trainer';
export { DataValidator } from '@millrace/validator';
export { ablateSessions } from './ablation/ablate-sessions.ts';
export { ablationFile, readAblations } from './ablation/ablation-file.ts';
export {
  type AugmentedSessions,
  type AugmentSessionsOptions,
  augmentSessions,
} from './augment-sessions.ts';
export { sumTechniques, type TechniqueSums } from './core/sum-techniques.ts';
export { DataSciencePipeline, type RunOptions } from './data-science-pipeline.ts';
export { type ExampleDocument, exampleDocument } from './example-document.ts';
export {
  type AugmentedChats,
  type AugmentedTexts,
  DataAugmentor,
  type DataAugmentorOptions,
} from './library/data-augmentor.ts';
export { DataIngestionConfig, type DataIngestionOptions } from './library/data-ingestion-config.ts';
export { DataProcessor, type ProcessedData } from './library/data-processor.ts';
export { DataType } from './library/data-type.ts';
export { ModelTrainingNode } from './library/model-training-node.ts';
export { SessionEndNode, type SessionEndResult } from './library/session-end-node.ts';
export { type Prepared, type PrepareOptions, prepareDataset } from './prepare.ts';
export { fileChats } from './read/file-chats.ts';
export { fileSessions } from './read/file-sessions.ts';
export { foldRows } from './read/fold-rows.ts';
export type { SessionLine } from './read/session-line.ts';
export { sessionLines } from './read/session-lines.ts';
export type * from './results.ts';
export type { PipelineOptions } from './run-options.ts';
export type { RunProgress } from './run-progress.ts';
export {
  type AugmentationFacts,
  type AugmentedSession,
  augmentationStep,
  type CountedExample,
} from './steps/augment.ts';
export { cleaningStep } from './steps/clean.ts';
export { featureStep } from './steps/features.ts';
export type { JudgedSession } from './steps/judged-session.ts';
export { type ValidationFacts, validationStep } from './steps/validate.ts';
