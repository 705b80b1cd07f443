import type { Attributes } from './attributes.ts';
import type { Feed, Kernels } from './kernels.ts';

/**
 * What carries out TensorFlow kernels: now, one by one (native-engine.ts), or later, as nodes of a graph
 * (graph-engine.ts). Everything else about a kernel is the same in both and written once, in tensorflow-kernels.ts.
 */
export interface Machine<V> extends Pick<Kernels<V>, 'block' | 'after' | 'free'> {
  /**
   * One kernel.
   * @param outputs  how many values it gives; with 0 the answer can only be waited for, as another call's `after`
   * @param after    effects that must have happened before
   */
  exec(
    kernel: string,
    attributes: Attributes,
    inputs: readonly V[],
    outputs: number,
    after?: readonly V[],
  ): readonly V[];
  /** A value that lives as long as the machine. */
  constant(values: Feed): V;
}
