export {
  type Backend,
  type BackendOptions,
  BackendUnavailable,
  openBackend,
} from './backend/backend.ts';
export type { NativeAttribute, NativeBinding, NativeTensor } from './backend/native-binding.ts';
export { hasTensorflow, type Native } from './backend/tensorflow.ts';
export {
  type CausalModel,
  type CausalModelOptions,
  causalModel,
  type WhichModel,
} from './causal-model.ts';
export {
  type EmbeddingModel,
  type EmbeddingModelOptions,
  type EmbeddingTrainer,
  embeddingModel,
  type NegativeText,
  type PairBatch,
} from './embedding-model.ts';
export { convertGguf } from './formats/convert-gguf.ts';
export {
  readBack,
  type SentenceTransformerExport,
  writeSentenceTransformer,
} from './formats/export-sentence-transformer.ts';
export { type Manifest, verifyManifest, writeManifest } from './formats/manifest.ts';
export { type MergeOptions, mergeAdapter } from './formats/merge-adapter.ts';
export {
  type LoraAdapter,
  type PeftAdapter,
  type PeftAdapterExport,
  readBackAdapter,
  readPeftAdapter,
  writePeftAdapter,
} from './formats/peft-adapter.ts';
export { readWeights, type WeightFile, writeWeights } from './formats/safetensors.ts';
export type { Prompts } from './formats/sentence-modules.ts';
export {
  readSentenceTransformer,
  type SentenceTransformer,
} from './formats/sentence-transformer.ts';
export type { Weight, Weights } from './formats/weight.ts';
export {
  type MaskedLanguageModel,
  type MaskedLanguageModelOptions,
  type MaskedWord,
  maskedLanguageModel,
  type PredictedWord,
  type PredictOptions,
} from './masked-language-model.ts';
export type { CausalExample } from './nets/causal-net.ts';
export type { LoraOptions } from './nets/lora.ts';
export { auditMask, type MaskFinding } from './text/chat/audit-mask.ts';
export { type ByteLevelTokenizer, byteLevelTokenizer } from './text/chat/byte-level-tokenizer.ts';
export { type ChatFormat, chatFormat, readChatFormat } from './text/chat/chat-format.ts';
export type { ChatMessage } from './text/chat/chat-message.ts';
export { ChatTemplateError } from './text/chat/chat-template-error.ts';
export { encodePrompt } from './text/chat/encode-chat.ts';
export { fitChat, type TooLong } from './text/chat/fit-chat.ts';
export type { Tokenizer } from './text/tokenizer.ts';
export type { CausalTrainer, CausalTrainerOptions } from './train/causal-trainer.ts';
export type { GenerateOptions } from './train/generate.ts';
export { TrainingDiverged, type TrainStep } from './train/run.ts';
export type { ExampleLosses, ScoreOptions } from './train/score-examples.ts';
export type { EncodeOptions } from './train/token-model.ts';
export type { TrainerOptions } from './train/token-trainer.ts';
export {
  type TranslateOptions,
  type TranslationModel,
  type TranslationModelOptions,
  translationModel,
} from './translation-model.ts';
