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

/** What is stored per weight: the weight, and Adam's running means of its gradient and of the gradient's square. */
export type Slot = 'weight' | 'firstMoment' | 'secondMoment';
export const SLOTS = ['weight', 'firstMoment', 'secondMoment'] as const;

/** The weights and moments of an eager engine, by name. */
export interface VariableStore<V> {
  /** The present value; free it before the next update. */
  read(slot: Slot, name: string): V;
  write(slot: Slot, name: string, values: Feed): void;
  /** Frees what was written. */
  drop(slot: Slot, name: string): void;
  /** weight -= decay * weight where it decays, then Adam. */
  update(name: string, gradient: V, step: AdamWStep, decays: boolean): void;
  dispose(): void;
}
