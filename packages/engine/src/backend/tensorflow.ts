import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { quietTensorflow } from './config.ts';
import type { NativeBinding, NativeTensor } from './native-binding.ts';

/** The TensorFlow C library behind tfjs: the kernels themselves, for code that needs more than `tf.*` offers. */
export interface Native {
  readonly binding: NativeBinding;
  readonly version: string;
  readonly usesGpu: boolean;
  /** The handle that the addon knows a tensor by; valid as long as the tensor is. */
  handleOf(tensor: tf.Tensor): number;
  /** Makes a tfjs tensor of a kernel's output; disposing of it frees the handle. */
  tensorOf(output: NativeTensor): tf.Tensor;
}

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const ADDON = 'tfjs_binding.node';

/** Says whether a folder holds a built addon beside its TensorFlow libraries. */
export function hasTensorflow(libraryFolder: string): boolean {
  return existsSync(join(libraryFolder, ADDON));
}

/**
 * Loads libtensorflow from `libraryFolder` and registers it as tfjs's `tensorflow` backend; about 0.25 s. The package's
 * own entry file is not used: it insists on a binary of 2022, so only its kernels and its backend class are.
 * One library a process: a second call gives the first one back.
 * @throws Error with the dynamic linker's sentence when the library does not load here
 */
export async function openTensorflow(libraryFolder: string): Promise<Native> {
  quietTensorflow();
  restoreRetiredUtil();
  const { NodeJSKernelBackend } = await import(
    '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js'
  );
  if (!tf.engine().registryFactory['tensorflow']) {
    const binding = createRequire(import.meta.url)(join(libraryFolder, ADDON));
    await import('@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js');
    tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, PACKAGE), 3);
  }
  await tf.setBackend('tensorflow');
  const backend = tf.backend();
  if (!(backend instanceof NodeJSKernelBackend)) {
    throw new TypeError('another library has taken the backend name "tensorflow"');
  }
  const binding: NativeBinding = backend.binding;
  return {
    binding,
    version: binding.TF_Version,
    usesGpu: backend.isUsingGpuDevice,
    handleOf: (tensor) => backend['getInputTensorIds']([tensor])[0],
    tensorOf: (output) => backend['createOutputTensor'](output),
  };
}

/** tfjs-node calls two functions that Node removed from `util` after version 22. */
function restoreRetiredUtil(): void {
  const util = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
