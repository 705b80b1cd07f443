export {
  type Backend,
  type BackendOptions,
  BackendUnavailable,
  openBackend,
} from './backend/backend.ts';
export type { NativeAttribute, NativeBinding, NativeTensor } from './backend/native-binding.ts';
export { hasTensorflow, type Native } from './backend/tensorflow.ts';
export {
  type EmbeddingModel,
  type EmbeddingModelOptions,
  type EmbeddingTrainer,
  embeddingModel,
  type NegativeText,
  type PairBatch,
} from './embedding-model.ts';
export {
  readBack,
  type SentenceTransformerExport,
  writeSentenceTransformer,
} from './formats/export-sentence-transformer.ts';
export { type Manifest, verifyManifest, writeManifest } from './formats/manifest.ts';
export { readWeights, type WeightFile, writeWeights } from './formats/safetensors.ts';
export type { Prompts } from './formats/sentence-modules.ts';
export {
  readSentenceTransformer,
  type SentenceTransformer,
} from './formats/sentence-transformer.ts';
export type { Weight, Weights } from './formats/weight.ts';
export type { Tokenizer } from './text/tokenizer.ts';
export type { EncodeOptions } from './train/token-model.ts';
export { type TrainerOptions, TrainingDiverged, type TrainStep } from './train/token-trainer.ts';
