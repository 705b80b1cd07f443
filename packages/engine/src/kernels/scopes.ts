import type { Block, Gradients, Kept, Kernels } from './kernels.ts';

/**
 * Who owns a value that was computed at once: the innermost scope that was open. When a scope ends, also by an error,
 * its values die, except the survivors, which the scope around it then owns. So a step can leave nothing behind.
 */
export class Scopes<V extends object> {
  readonly #open: Set<V>[] = [];
  readonly #destroy: (value: V) => void;

  constructor(destroy: (value: V) => void) {
    this.#destroy = destroy;
  }

  /** Gives a new value to the innermost scope. @throws RangeError when no scope is open */
  own(value: V): V {
    const scope = this.#open.at(-1);
    if (!scope) throw new RangeError('a value was computed outside of every scope');
    scope.add(value);
    return value;
  }

  /** Runs `body` in a scope of its own. */
  run<R>(body: () => R, survivors: (result: R) => readonly V[] = () => []): R {
    const scope = new Set<V>();
    this.#open.push(scope);
    try {
      const result = body();
      const outer = this.#open.at(-2);
      for (const value of survivors(result)) if (scope.delete(value)) outer?.add(value);
      return result;
    } finally {
      this.#open.pop();
      for (const value of scope) this.#destroy(value);
    }
  }

  /** Destroys values before their scope ends; one that no scope owns, like a constant, stays. */
  free(...values: readonly V[]): void {
    for (const value of values) {
      if (this.#open.some((scope) => scope.delete(value))) this.#destroy(value);
    }
  }

  /** `Kernels.block` for values that are computed at once. */
  block<K extends Kept<V>>(
    forward: () => readonly [output: V, kept: K],
    backward: (gradient: V, kept: K) => Gradients<V>,
  ): Block<V> {
    const made = new Set<V>();
    const [output, kept] = this.run(
      () => {
        const result = forward();
        for (const value of this.#open.at(-1) ?? []) made.add(value);
        return result;
      },
      ([output, kept]) => [output, ...valuesOf(kept)],
    );
    const mine = valuesOf(kept).filter((value) => made.has(value) && value !== output);
    const back = (gradient: V): Gradients<V> => {
      const gradients = this.run(() => backward(gradient, kept), gradientsOf);
      this.free(...mine);
      return gradients;
    };
    return [output, back];
  }

  /** `Kernels.block` without a way back: nothing is kept, which is all that a forward pass needs. */
  readonly blockWithoutBack: Kernels<V>['block'] = (forward) => {
    const [output] = this.run(forward, ([output]) => [output]);
    const back = (): Gradients<V> => {
      throw new RangeError('this block was run without a backward pass');
    };
    return [output, back];
  };
}

function valuesOf<V>(kept: Kept<V>): readonly V[] {
  return Object.values(kept).flatMap((value) => (isList(value) ? value : [value]));
}

function isList<V>(value: V | readonly V[]): value is readonly V[] {
  return Array.isArray(value);
}

function gradientsOf<V>({ input, weights }: Gradients<V>): readonly V[] {
  return input === undefined ? Object.values(weights) : [input, ...Object.values(weights)];
}
