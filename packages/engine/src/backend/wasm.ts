import * as tf from '@tensorflow/tfjs';
import { addUnsortedSegmentSum, speedUpTransposedMatMul } from './wasm-kernels.ts';

/**
 * Registers tfjs's WebAssembly backend with the kernels that it lacks; about 10 ms. One thread: the threaded build
 * wants a browser's workers.
 */
export async function openWasm(): Promise<void> {
  await import('@tensorflow/tfjs-backend-wasm');
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  addUnsortedSegmentSum();
  speedUpTransposedMatMul();
}
