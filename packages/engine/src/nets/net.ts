import type { Feed, Kernels, Lookup } from '../kernels/kernels.ts';

/** One trainable tensor of a net. A net may fuse tensors of the model file: then their rows follow one another. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** The names in the model file whose rows make this tensor, in order. */
  readonly sources: readonly string[];
  /** Whether weight decay applies: to matrices, not to biases and gains. */
  readonly decays: boolean;
}

/** A batch as a net computes with it, by the names that it looks up. */
export type Feeds = ReadonlyMap<string, Feed>;

/** A net with its loss: what a program can train. Written once for all engines. */
export interface TrainableNet {
  readonly parameters: readonly Parameter[];
  /** The smallest batch, for the names and types of its feeds. */
  readonly sample: Feeds;
  build<V>(kernels: Kernels<V>): BuiltNet<V>;
}

export interface BuiltNet<V> {
  /** What the net computes of a batch, without a loss. */
  forward(weight: Lookup<V>, feed: Lookup<V>): V;
  /** The loss of a batch, a scalar, and its gradient by every parameter, by name. */
  lossAndGradients(
    weight: Lookup<V>,
    feed: Lookup<V>,
  ): { readonly loss: V; readonly gradients: ReadonlyMap<string, V> };
}

/** A lookup in a map. */
export function lookup<V>(values: ReadonlyMap<string, V>, what: string): Lookup<V> {
  return (name) => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`there is no ${what} ${name}`);
    return value;
  };
}
