import { ALL_SLOTS, type Slot, type VariableStore } from './eager-engine.ts';
import type { NativeEngine, NativeValue } from './native-engine.ts';
import { ADAM_SCALARS, variableKernels } from './variable-kernels.ts';

let stores = 0;

/**
 * Weights and moments as TensorFlow resource variables, updated in place.
 * @param shapes  dimensions by name
 */
export function nativeVariables(
  engine: NativeEngine,
  shapes: ReadonlyMap<string, readonly number[]>,
): VariableStore<NativeValue> {
  const { scopes, kernels } = engine;
  const k = variableKernels(engine);
  stores += 1;
  const store = stores; // all stores of a process share TensorFlow's one space of variable names
  const handles = new Map<string, NativeValue>();
  for (const slot of ALL_SLOTS) {
    for (const [name, dimensions] of shapes) {
      const handle = scopes.run(
        () => k.handle(`store${store}/${slot}/${name}`, dimensions),
        (made) => [made],
      );
      handles.set(`${slot}/${name}`, handle);
    }
  }
  const handleOf = (slot: Slot, name: string): NativeValue => {
    const handle = handles.get(`${slot}/${name}`);
    if (!handle) throw new RangeError(`there is no weight ${name}`);
    return handle;
  };

  return {
    read: (slot, name) => k.read(handleOf(slot, name)),
    write: (slot, name, values) =>
      scopes.run(() => {
        k.assign(handleOf(slot, name), engine.upload(values));
      }),
    collect: (name, gradient, isFirst) => {
      const sum = handleOf('gradientSum', name);
      if (isFirst) k.assign(sum, gradient);
      else k.increase(sum, gradient);
    },
    drop: (slot, name) => {
      k.destroy(handleOf(slot, name));
    },
    update: (name, gradient, step, decays) =>
      scopes.run(() => {
        const scalar = (value: number): NativeValue =>
          engine.upload({ data: Float32Array.of(value), shape: [] });
        const weight = handleOf('weight', name);
        if (decays) {
          const present = k.read(weight);
          const loss = kernels.mul(present, scalar(step.decay));
          scopes.free(present); // a reader that is still alive would make the update copy
          k.subtract(weight, loss);
        }
        k.applyAdam({
          weight,
          firstMoment: handleOf('firstMoment', name),
          secondMoment: handleOf('secondMoment', name),
          scalars: ADAM_SCALARS.map((name) => scalar(step[name])),
          gradient,
        });
      }),
    dispose: () => {
      for (const handle of handles.values()) {
        k.destroy(handle);
        engine.release(handle);
      }
      handles.clear();
    },
  };
}
