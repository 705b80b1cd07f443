import * as tf from '@tensorflow/tfjs';

const WASM = 'wasm';
const patched = new WeakSet<object>();

/**
 * Gives wasm the one kernel that training needs and its build leaves out: the gradient of a gather. ScatterNd adds up
 * rows of equal index, so it computes the same sum; a row whose segment is negative is refused by it, where
 * TensorFlow drops the row.
 */
export function addUnsortedSegmentSum(): void {
  if (tf.getKernel('UnsortedSegmentSum', WASM)) return;
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: WASM,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const x = input(inputs, 'x');
      const ids = input(inputs, 'segmentIds');
      const segments = Number(attrs?.['numSegments']);
      return kernel('ScatterNd')({
        inputs: { indices: { ...ids, shape: [...ids.shape, 1] }, updates: x },
        attrs: { shape: [segments, ...x.shape.slice(ids.shape.length)] },
        backend,
      });
    },
  });
}

/**
 * Transposes matrices before wasm multiplies them: only its plain product reaches the fast XNNPACK code, and a backward
 * pass is made of transposed ones.
 */
export function speedUpTransposedMatMul(): void {
  const slow = tf.getKernel('BatchMatMul', WASM);
  if (!slow || patched.has(slow)) return;
  tf.unregisterKernel('BatchMatMul', WASM);
  const fast: tf.KernelConfig = {
    ...slow,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const a = input(inputs, 'a');
      const b = input(inputs, 'b');
      const transposeA = attrs?.['transposeA'] === true;
      const transposeB = attrs?.['transposeB'] === true;
      if (a.shape.length !== 2 || b.shape.length !== 2 || !(transposeA || transposeB)) {
        return slow.kernelFunc({ inputs, backend, ...(attrs && { attrs }) });
      }
      const transpose = (x: tf.TensorInfo): tf.TensorInfo =>
        single(kernel('Transpose')({ inputs: { x }, attrs: { perm: [1, 0] }, backend }));
      const left = transposeA ? transpose(a) : a;
      const right = transposeB ? transpose(b) : b;
      const product = slow.kernelFunc({
        inputs: { a: left, b: right },
        attrs: { transposeA: false, transposeB: false },
        backend,
      });
      if (transposeA) tf.backend().disposeData(left.dataId);
      if (transposeB) tf.backend().disposeData(right.dataId);
      return product;
    },
  };
  patched.add(fast);
  tf.registerKernel(fast);
}

function kernel(name: string): tf.KernelConfig['kernelFunc'] {
  const found = tf.getKernel(name, WASM);
  if (!found) throw new RangeError(`the wasm backend has no kernel ${name}`);
  return found.kernelFunc;
}

function input(inputs: tf.NamedTensorInfoMap, name: string): tf.TensorInfo {
  const found = inputs[name];
  if (!found) throw new TypeError(`a kernel was called without its input ${name}`);
  return found;
}

function single(outputs: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  const [only] = Array.isArray(outputs) ? outputs : [outputs];
  if (!only) throw new RangeError('a kernel gave no output');
  return only;
}
