export {
  type Backend,
  type BackendOptions,
  BackendUnavailable,
  openBackend,
  openReferenceBackend,
} from './backend/backend.ts';
export type { NativeAttribute, NativeBinding, NativeTensor } from './backend/native-binding.ts';
export { hasTensorflow, type Native } from './backend/tensorflow.ts';
