import type { Feed, Kernels } from './kernels.ts';
import type { Scopes } from './scopes.ts';
import type { AdamWStep } from './variable-kernels.ts';

/** An engine that computes at once. Two exist: over the native library, and over tfjs for wasm and plain JavaScript. */
export interface EagerEngine<V extends object> {
  readonly kernels: Kernels<V>;
  /** The same kernels, without memory for a backward pass. */
  readonly inference: Kernels<V>;
  readonly scopes: Scopes<V>;
  /** Copies numbers in, for the innermost scope. */
  upload(values: Feed): V;
  /** Copies float32 numbers out. Waits for them. */
  download(value: V): Float32Array;
  /** The length of all values together, as one vector. */
  globalNorm(values: readonly V[]): number;
  /** Frees the constants. */
  dispose(): void;
}

/** What lasts per weight: the weight, and Adam's running means of its gradient and of the gradient's square. */
export const SLOTS = ['weight', 'firstMoment', 'secondMoment'] as const;
/** All that is stored per weight: also the sum of gradients while a batch is computed in parts. */
export const ALL_SLOTS = [...SLOTS, 'gradientSum'] as const;
export type Slot = (typeof ALL_SLOTS)[number];

/** The weights and moments of an eager engine, by name. */
export interface VariableStore<V> {
  /** The present value; free it before the next update. */
  read(slot: Slot, name: string): V;
  write(slot: Slot, name: string, values: Feed): void;
  /** gradientSum = gradient, or += gradient where it is not the first of a batch. */
  collect(name: string, gradient: V, isFirst: boolean): void;
  /** Frees what was written. */
  drop(slot: Slot, name: string): void;
  /** weight -= decay * weight where it decays, then Adam. */
  update(name: string, gradient: V, step: AdamWStep, decays: boolean): void;
  dispose(): void;
}
