import type { Kernels, Lookup } from '../kernels/kernels.ts';
import type { Dropout } from './dropout.ts';
import type { Group, Matrix } from './llama-layout.ts';
import { adapterA, adapterB } from './llama-parameters.ts';

/** What a group of linear layers looks up in one decoder layer. */
export interface LayerLookup<V> {
  readonly weight: Lookup<V>;
  readonly feed: Lookup<V>;
  /** The seed of what the group drops. */
  readonly seed: () => V;
}

interface Projected<V> {
  /** One for each matrix of the group. */
  readonly outputs: readonly V[];
  /** What the way back needs. */
  readonly kept: readonly V[];
}

interface ProjectedBack<V> {
  readonly input?: V;
  /** Of A, and of the B of each matrix that has one. */
  readonly weights: Readonly<Record<string, V>>;
}

/** Frozen matrices with low-rank updates: y = x Wᵀ + scale · (x Aᵀ) Bᵀ for each matrix of a group. */
export interface LoraLinear<V> {
  forward(x: V, at: LayerLookup<V>): Projected<V>;
  /**
   * @param x  the input again
   * @returns gradients of the update and, where it is needed, of the input; never of W
   */
  back(pass: BackPass<V>, at: LayerLookup<V>): ProjectedBack<V>;
}

interface BackPass<V> {
  /** One for each matrix. */
  readonly gradients: readonly V[];
  readonly x: V;
  readonly kept: readonly V[];
  readonly needsInput: boolean;
}

interface Parts<V> {
  readonly group: Group;
  readonly drop: Dropout<V>;
  readonly rank: number;
  readonly targetModules: readonly string[];
}

/**
 * The A of all modules of a group are one matrix (their rows follow one another), so what they make of x is one product.
 * The B of a matrix is (rows, rank), each row with the rank columns of its own module; `spread` makes it the
 * block-diagonal matrix that this product needs.
 */
export function loraLinear<V>(k: Kernels<V>, parts: Parts<V>): LoraLinear<V> {
  const { group, drop } = parts;
  const targets = group.matrices.flatMap(({ modules }) =>
    modules.flatMap(({ name }) => (parts.targetModules.includes(name) ? [name] : [])),
  );
  const updates = group.matrices.map((matrix) => blockDiagonal(k, matrix, { ...parts, targets }));
  const isTargeted = targets.length > 0;
  const sum = (values: readonly V[]): V => values.reduce((total, value) => k.add(total, value));

  return {
    forward: (x, { weight, feed, seed }) => {
      const plain = group.matrices.map(({ name }) => k.matMul(x, weight(name), 'nt'));
      if (!isTargeted) return { outputs: plain, kept: [] };
      const { gain } = group;
      const a = weight(adapterA(group.name));
      const scaledA = gain ? k.mul(a, weight(gain)) : a;
      const { output: left, masks } = drop.forward(x, seed);
      const inner = k.mul(k.matMul(left, scaledA, 'nt'), feed(LORA_SCALE));
      const spread = updates.map((update) => update?.spread(weight(update.name)));
      const outputs = plain.map((y, i) => {
        const b = spread[i];
        return b === undefined ? y : k.add(y, k.matMul(inner, b, 'nt'));
      });
      return { outputs, kept: [scaledA, inner, ...spread.filter(isThere), ...masks] };
    },
    back: ({ gradients, x, kept, needsInput }, { weight, feed }) => {
      const throughW = needsInput
        ? gradients.map((d, i) => k.matMul(d, weight(group.matrices[i]?.name ?? ''), 'nn'))
        : [];
      if (!isTargeted) return needsInput ? { input: sum(throughW), weights: {} } : { weights: {} };
      const { gain } = group;
      const updated = gradients.flatMap((d, i) => (updates[i] ? [d] : []));
      const [scaledA, inner] = [at(kept, 0), at(kept, 1)];
      const masks = kept.slice(2 + updated.length);
      const products = updated.map((d, i) => k.matMul(d, at(kept, 2 + i), 'nn'));
      const dInner = k.mul(sum(products), feed(LORA_SCALE));
      const dA = k.matMul(dInner, drop.back(x, masks), 'tn');
      const weights: Record<string, V> = {
        [adapterA(group.name)]: gain ? k.mul(dA, weight(gain)) : dA,
      };
      updates.filter(isThere).forEach((update, i) => {
        weights[update.name] = update.gather(k.matMul(at(updated, i), inner, 'tn'));
      });
      if (!needsInput) return { weights };
      return {
        input: sum([...throughW, drop.back(k.matMul(dInner, scaledA, 'nn'), masks)]),
        weights,
      };
    },
  };
}

/** The feed that all updates are scaled with; 0 gives the base model, exactly. */
export const LORA_SCALE = 'loraScale';

interface Update<V> {
  readonly name: string;
  /** (rows, rank) -> (rows, targets · rank) */
  spread(b: V): V;
  /** The gradient of the spread matrix -> that of B. */
  gather(gradient: V): V;
}

/** The B of one matrix in its group; undefined when none of its modules is targeted. */
function blockDiagonal<V>(
  k: Kernels<V>,
  { name, modules }: Matrix,
  { rank, targets }: { readonly rank: number; readonly targets: readonly string[] },
): Update<V> | undefined {
  const places = modules.flatMap(({ name, rows }) =>
    Array.from({ length: rows }, () => targets.indexOf(name)),
  );
  if (places.every((place) => place < 0)) return undefined;
  const [rows, count] = [places.length, targets.length];
  const b = adapterB(name);
  if (count === 1) return { name: b, spread: (x) => x, gather: (x) => x };
  const mask = new Float32Array(rows * count);
  places.forEach((place, row) => {
    if (place >= 0) mask[row * count + place] = 1;
  });
  const block = k.constant({ data: mask, shape: [rows, count, 1] });
  const own = k.constant({
    data: Int32Array.from(places, (place, row) => row * count + Math.max(0, place)),
    shape: [rows],
  });
  const targeted = places.every((place) => place >= 0)
    ? undefined
    : k.constant({ data: Float32Array.from(places, (p) => (p < 0 ? 0 : 1)), shape: [rows, 1] });
  return {
    name: b,
    spread: (x) => k.reshape(k.mul(k.reshape(x, [rows, 1, rank]), block), [rows, count * rank]),
    gather: (gradient) => {
      const mine = k.rows(k.reshape(gradient, [rows * count, rank]), own);
      return targeted === undefined ? mine : k.mul(mine, targeted);
    },
  };
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function at<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no value ${index}`);
  return value;
}
