export {
  type Backend,
  type BackendOptions,
  BackendUnavailable,
  openBackend,
  openReferenceBackend,
} from './backend/backend.ts';
export type { NativeAttribute, NativeBinding, NativeTensor } from './backend/native-binding.ts';
export { hasTensorflow, type Native } from './backend/tensorflow.ts';
export { readWeights, type WeightFile, writeWeights } from './formats/safetensors.ts';
export type { Weight, Weights } from './formats/weight.ts';
