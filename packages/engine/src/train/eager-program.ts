import type { EagerEngine, VariableStore } from '../kernels/eager-engine.ts';
import { type Feeds, lookup, type TrainableNet } from '../nets/net.ts';
import { CLIP_EPSILON } from './adamw.ts';
import type { Program } from './program.ts';

interface EagerParts<V extends object> {
  readonly engine: EagerEngine<V>;
  readonly variables: VariableStore<V>;
  readonly net: TrainableNet;
}

/** Trains kernel by kernel: on wasm, and on the native library to look at single values. */
export function eagerProgram<V extends object>(parts: EagerParts<V>): Program {
  const { engine, variables, net } = parts;
  const { scopes, kernels } = engine;
  const training = net.build(kernels);
  const inference = net.build(engine.inference);
  const upload = (feeds: Feeds): Map<string, V> =>
    new Map([...feeds].map(([name, feed]) => [name, engine.upload(feed)]));
  /** Weights as they are now; they die with the scope that `use` runs in. */
  const weights = (): Map<string, V> =>
    new Map(net.parameters.map(({ name }) => [name, variables.read('weight', name)]));
  let open = true;

  return {
    step: (feeds, adam) =>
      scopes.run(() => {
        const values = weights();
        const batch = upload(feeds);
        const { loss, gradients } = training.lossAndGradients(
          lookup(values, 'weight'),
          lookup(batch, 'feed'),
        );
        scopes.free(...values.values()); // a reader that is still alive would make the update copy
        const gradientNorm = engine.globalNorm([...gradients.values()]);
        const scale = Math.min(1, adam.clipNorm / (gradientNorm + CLIP_EPSILON));
        const factor = engine.upload({ data: Float32Array.of(scale), shape: [] });
        const gradientOf = lookup(gradients, 'gradient');
        for (const { name, decays } of net.parameters) {
          scopes.run(() => {
            const gradient = gradientOf(name);
            const clipped = scale < 1 ? kernels.mul(gradient, factor) : gradient;
            variables.update(name, clipped, adam, decays);
          });
        }
        return { loss: engine.download(loss)[0] ?? Number.NaN, gradientNorm };
      }),
    forward: (feeds) =>
      scopes.run(() => {
        const weight = lookup(weights(), 'weight');
        return engine.download(inference.forward(weight, lookup(upload(feeds), 'feed')));
      }),
    read: (slot) =>
      new Map(
        net.parameters.map(({ name }) => [
          name,
          scopes.run(() => engine.download(variables.read(slot, name))),
        ]),
      ),
    write: (slot, values) => {
      const dataOf = lookup(values, slot);
      for (const { name, shape } of net.parameters) {
        variables.write(slot, name, { data: dataOf(name), shape });
      }
    },
    drop: (slot) => {
      if (!open) return;
      for (const { name } of net.parameters) variables.drop(slot, name);
    },
    dispose: () => {
      if (!open) return;
      open = false;
      variables.dispose();
      engine.dispose();
    },
  };
}
