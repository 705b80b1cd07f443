import type { Slot } from '../kernels/eager-engine.ts';
import type { Feed } from '../kernels/kernels.ts';
import type { AdamWStep } from '../kernels/variable-kernels.ts';
import type { Feeds } from '../nets/net.ts';

/** A net on an engine, with its weights: what can be trained and run. All calls block until they are done. */
export interface Program {
  /** Computes the loss of a batch and its gradients, clips them, and updates all weights. */
  step(feeds: Feeds, adam: AdamWStep): StepResult;
  /** What the net computes of a batch when it is used. */
  forward(feeds: Feeds): Float32Array;
  /**
   * Of a language model: the logits of what comes next, and keys and values for the call after this.
   * @throws RangeError for another net
   */
  next(feeds: Feeds): Float32Array[];
  /** The pieces of `step`, for a batch that is larger than memory; cached-step.ts puts them together. */
  readonly pieces: StepPieces;
  /** All trained weights, or all of another kind, by parameter name. */
  read(slot: Slot): Map<string, Float32Array>;
  /** Sets what is frozen, some tensors at a time, so that no second copy of a large model is ever held. */
  freeze(tensors: Iterable<readonly [name: string, data: Float32Array]>): void;
  /** Sets all trained weights, or all moments of one kind. @throws RangeError when one is missing */
  write(slot: Slot, values: ReadonlyMap<string, Float32Array>): void;
  /** Frees all of one kind; they can be written again. Does nothing after `dispose`. */
  drop(slot: Slot): void;
  /** Frees all memory. May be called twice. */
  dispose(): void;
}

export interface StepPieces {
  /** What the net computes of a part in training, without keeping anything for a way back. */
  output(feeds: Feeds): Float32Array;
  /** The loss of the outputs of all parts together, and its gradient by them. */
  loss(output: Feed, feeds: Feeds): { readonly loss: number; readonly gradient: Float32Array };
  /**
   * Computes a part, goes back from its outputs' gradient, and adds up the gradients of the weights.
   * @returns the outputs
   */
  collect(feeds: Feeds, gradient: Feed, isFirst: boolean): Float32Array;
  /** Clips the sum of the gradients and updates all weights. @returns the sum's length, before clipping */
  update(adam: AdamWStep): number;
}

export interface StepResult {
  readonly loss: number;
  /** Length of all gradients as one vector, before clipping. */
  readonly gradientNorm: number;
}
