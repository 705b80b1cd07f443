import type { Feed, Kernels, Lookup } from '../kernels/kernels.ts';

/** A tensor of a net. A net may fuse tensors of the model file: then their rows follow one another. */
export interface FusedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The tensors of the model file whose rows make this one, in order. */
  readonly sources: readonly Source[];
}

export interface Source {
  /** Its name in the model file; rows that belong to no tensor of the file are zero and have none. */
  readonly name?: string;
  readonly rows: number;
}

/** A tensor that training leaves alone. */
export interface FrozenTensor extends FusedTensor {
  /** A vector of the model file that the tensor's columns are multiplied with, once and for all. */
  readonly columnGain?: string;
}

/** One trainable tensor of a net. */
export interface Parameter extends FusedTensor {
  /** Whether weight decay applies: to matrices, not to biases and gains. */
  readonly decays: boolean;
}

/** A batch as a net computes with it, by the names that it looks up. */
export type Feeds = ReadonlyMap<string, Feed>;

/** A net with its loss: what a program can train. Written once for all engines. */
export interface TrainableNet {
  readonly parameters: readonly Parameter[];
  /** What the net computes with besides, and never changes. */
  readonly frozen: readonly FrozenTensor[];
  /** The smallest batch, for the names and types of its feeds. */
  readonly sample: Feeds;
  /** The places that drop numbers in training: names of feeds (dropout.ts). Empty without dropout. */
  readonly seeds: readonly string[];
  /** Columns of the output, which has a row for each text. */
  readonly outputWidth: number;
  build<V>(kernels: Kernels<V>): BuiltNet<V>;
}

/** A net that is only used: its tensors never change, and nothing goes back through it. */
export interface FrozenNet {
  readonly frozen: readonly FusedTensor[];
  /** The smallest batch, for the names and types of its feeds. */
  readonly sample: Feeds;
  build<V>(kernels: Kernels<V>): (weight: Lookup<V>, feed: Lookup<V>) => V;
}

export interface BuiltNet<V> {
  /** What the net computes of a batch when it is used: nothing is dropped. */
  forward(weight: Lookup<V>, feed: Lookup<V>): V;
  /** The same in training, and the way back to the gradient by every parameter. */
  pass(weight: Lookup<V>, feed: Lookup<V>): Passed<V>;
  /** Of a language model: what comes next, and what the call after this needs (llama-next.ts). */
  next?(weight: Lookup<V>, feed: Lookup<V>): readonly V[];
  /** The loss of outputs, a scalar, and its gradient by them. */
  loss(output: V, feed: Lookup<V>): { readonly loss: V; readonly gradient: V };
}

/** A net's output and the gradients of all its weights, by parameter name, from the output's gradient. */
export interface Passed<V> {
  readonly output: V;
  /** Frees the gradient and the output. May be called once. */
  back(gradient: V): Map<string, V>;
}

/** The loss of a batch, a scalar, and its gradient by every parameter, by name. */
export function lossAndGradients<V>(
  net: BuiltNet<V>,
  weight: Lookup<V>,
  feed: Lookup<V>,
): { readonly loss: V; readonly gradients: ReadonlyMap<string, V> } {
  const { output, back } = net.pass(weight, feed);
  const { loss, gradient } = net.loss(output, feed);
  return { loss, gradients: back(gradient) };
}

/** A lookup in a map. */
export function lookup<V>(values: ReadonlyMap<string, V>, what: string): Lookup<V> {
  return (name) => {
    const value = values.get(name);
    if (value === undefined) throw new RangeError(`there is no ${what} ${name}`);
    return value;
  };
}
