import type { Slot } from '../kernels/eager-engine.ts';
import type { AdamWStep } from '../kernels/variable-kernels.ts';
import type { Feeds } from '../nets/net.ts';

/** A net on an engine, with its weights: what can be trained and run. All calls block until they are done. */
export interface Program {
  /** Computes the loss of a batch and its gradients, clips them, and updates all weights. */
  step(feeds: Feeds, adam: AdamWStep): StepResult;
  /** What the net computes of a batch, without a loss. */
  forward(feeds: Feeds): Float32Array;
  /** All weights, or all moments of one kind, by parameter name. */
  read(slot: Slot): Map<string, Float32Array>;
  /** Sets all weights, or all moments of one kind. @throws RangeError when one is missing */
  write(slot: Slot, values: ReadonlyMap<string, Float32Array>): void;
  /** Frees all moments of one kind; they can be written again. Does nothing after `dispose`. */
  drop(slot: Slot): void;
  /** Frees all memory. May be called twice. */
  dispose(): void;
}

interface StepResult {
  readonly loss: number;
  /** Length of all gradients as one vector, before clipping. */
  readonly gradientNorm: number;
}
