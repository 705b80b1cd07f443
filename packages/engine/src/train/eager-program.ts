import type { EagerEngine, VariableStore } from '../kernels/eager-engine.ts';
import type { Lookup } from '../kernels/kernels.ts';
import type { AdamWStep } from '../kernels/variable-kernels.ts';
import { type Feeds, lookup, lossAndGradients, type TrainableNet } from '../nets/net.ts';
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
  const names = net.parameters.map(({ name }) => name);
  const upload = (feeds: Feeds): Lookup<V> =>
    lookup(new Map([...feeds].map(([name, feed]) => [name, engine.upload(feed)])), 'feed');
  /** Weights as they are now; they die with the scope that `use` runs in. */
  const weights = (): Map<string, V> =>
    new Map(
      [...net.frozen, ...net.parameters].map(({ name }) => [name, variables.read('weight', name)]),
    );
  const weight = (): Lookup<V> => lookup(weights(), 'weight');
  let open = true;

  /** Clips and updates. `gradient` is asked twice for each name, and its values die in between. */
  const updateAll = (gradient: Lookup<V>, adam: AdamWStep, norm: number): void => {
    const scale = Math.min(1, adam.clipNorm / (norm + CLIP_EPSILON));
    const factor = engine.upload({ data: Float32Array.of(scale), shape: [] });
    for (const { name, decays } of net.parameters) {
      scopes.run(() => {
        const present = gradient(name);
        const clipped = scale < 1 ? kernels.mul(present, factor) : present;
        variables.update(name, clipped, adam, decays);
      });
    }
  };

  return {
    step: (feeds, adam) =>
      scopes.run(() => {
        const values = weights();
        const batch = upload(feeds);
        const { loss, gradients } = lossAndGradients(training, lookup(values, 'weight'), batch);
        scopes.free(...values.values()); // a reader that is still alive would make the update copy
        const gradientNorm = engine.globalNorm([...gradients.values()]);
        updateAll(lookup(gradients, 'gradient'), adam, gradientNorm);
        return { loss: engine.download(loss)[0] ?? Number.NaN, gradientNorm };
      }),
    forward: (feeds) =>
      scopes.run(() => engine.download(inference.forward(weight(), upload(feeds)))),
    next: (feeds) =>
      scopes.run(() => {
        const made = inference.next?.(weight(), upload(feeds));
        if (!made) throw new RangeError('this net has no next token');
        return made.map((value) => engine.download(value));
      }),
    pieces: {
      output: (feeds) =>
        scopes.run(() => engine.download(inference.pass(weight(), upload(feeds)).output)),
      loss: (output, feeds) =>
        scopes.run(() => {
          const { loss, gradient } = training.loss(engine.upload(output), upload(feeds));
          return {
            loss: engine.download(loss)[0] ?? Number.NaN,
            gradient: engine.download(gradient),
          };
        }),
      collect: (feeds, gradient, isFirst) =>
        scopes.run(() => {
          const { output, back } = training.pass(weight(), upload(feeds));
          const values = engine.download(output);
          for (const [name, part] of back(engine.upload(gradient))) {
            variables.collect(name, part, isFirst);
            scopes.free(part);
          }
          return values;
        }),
      update: (adam) =>
        scopes.run(() => {
          const sum: Lookup<V> = (name) => variables.read('gradientSum', name);
          const norm = scopes.run(() => engine.globalNorm(names.map(sum)));
          updateAll(sum, adam, norm);
          return norm;
        }),
    },
    read: (slot) =>
      new Map(
        names.map((name) => [name, scopes.run(() => engine.download(variables.read(slot, name)))]),
      ),
    freeze: (tensors) => {
      const frozen = new Map(net.frozen.map((tensor) => [tensor.name, tensor]));
      for (const [name, data] of tensors) {
        const { shape } = lookup(frozen, 'frozen tensor')(name);
        variables.write('weight', name, { data, shape });
      }
    },
    write: (slot, values) => {
      const dataOf = lookup(values, slot);
      for (const { name, shape } of net.parameters) {
        variables.write(slot, name, { data: dataOf(name), shape });
      }
    },
    drop: (slot) => {
      if (!open) return;
      for (const name of names) variables.drop(slot, name);
    },
    dispose: () => {
      if (!open) return;
      open = false;
      variables.dispose();
      engine.dispose();
    },
  };
}
