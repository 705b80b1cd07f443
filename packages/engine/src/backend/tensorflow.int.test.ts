import { cachedTensorflow } from '@millrace/local-stack/assets';
import { expect, test } from 'vitest';
import { openBackend } from './backend.ts';

const folder = cachedTensorflow();

/** Fetched by `millrace test`; without it this is left out on a developer's machine, and fails in CI. */
test.skipIf(!folder && !process.env['CI'])(
  'openBackend() runs kernels and gradients on libtensorflow',
  async () => {
    if (!folder) throw new Error('TensorFlow is not cached: run ./millrace test');
    const { name, native, says, tf } = await openBackend({ libraryFolder: folder });
    if (!native) throw new Error(says);
    expect(name).toBe('tensorflow');
    expect(says).toMatch(/^TensorFlow 2\.\d+\.\d+ on (the CPU|a GPU)/);

    const { binding } = native;
    const before = binding.getNumOfTensors();
    const x = tf.tensor1d([1, -2, 3]);
    const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
    const [output] = binding.executeOp('Square', [type], [native.handleOf(x)], 1);
    if (!output) throw new Error('Square gave no output');
    const square = native.tensorOf(output);
    expect([...square.dataSync()]).toEqual([1, 4, 9]);
    const slope = tf.grad((value) => tf.sum(tf.square(value)))(x);
    expect([...slope.dataSync()]).toEqual([2, -4, 6]);
    tf.dispose([x, square, slope]);
    expect(binding.getNumOfTensors()).toBe(before);

    const again = await openBackend({ libraryFolder: folder });
    expect(again.native?.binding).toBe(binding);
    expect(() => binding.executeOp('NoSuchKernel', [], [], 1)).toThrow(/NoSuchKernel/);
  },
);
