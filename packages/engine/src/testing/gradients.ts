import type { NativeBinding } from '../backend/native-binding.ts';
import type { Weight, Weights } from '../formats/weight.ts';
import type { EagerEngine } from '../kernels/eager-engine.ts';
import { graphEngine } from '../kernels/graph-engine.ts';
import { openGraph } from '../kernels/graph-session.ts';
import type { Feed } from '../kernels/kernels.ts';
import { fuse, fuseFrozen, unfuse } from '../nets/fused-weights.ts';
import { type Feeds, lookup, lossAndGradients, type TrainableNet } from '../nets/net.ts';

export interface LossAndGradients {
  readonly loss: number;
  /** By the names of the model file. */
  readonly gradients: Weights;
}

/** Loss and gradients of a batch, kernel by kernel. */
export function eagerGradients<V extends object>(
  engine: EagerEngine<V>,
  net: TrainableNet,
  { weights, feeds }: { weights: Weights; feeds: Feeds },
): LossAndGradients {
  const built = net.build(engine.kernels);
  const upload = (values: Feeds): Map<string, V> =>
    new Map([...values].map(([name, feed]) => [name, engine.upload(feed)]));
  return engine.scopes.run(() => {
    const { loss, gradients } = lossAndGradients(
      built,
      lookup(upload(fused(net, weights)), 'weight'),
      lookup(upload(feeds), 'feed'),
    );
    const byName = new Map([...gradients].map(([name, value]) => [name, engine.download(value)]));
    return { loss: engine.download(loss)[0] ?? Number.NaN, gradients: apart(net, byName) };
  });
}

/** The same as one graph, without variables. */
export function graphGradients(
  binding: NativeBinding,
  net: TrainableNet,
  { weights, feeds }: { weights: Weights; feeds: Feeds },
): LossAndGradients {
  const graph = graphEngine();
  const built = net.build(graph.kernels);
  const fusedWeights = new Map(
    [...fused(net, weights)].map(([name, feed]) => [`weight/${name}`, feed]),
  );
  const inputs = new Map(
    [...feeds, ...fusedWeights].map(([name, { data }]) => [name, graph.input(name, data)]),
  );
  const { loss, gradients } = lossAndGradients(
    built,
    (name) => lookup(inputs, 'weight')(`weight/${name}`),
    lookup(inputs, 'feed'),
  );
  const session = openGraph(binding, graph);
  try {
    const names = [...gradients.keys()];
    const values = session.run(new Map([...feeds, ...fusedWeights]), [
      loss,
      ...names.map(lookup(gradients, 'gradient')),
    ]);
    const byName = new Map(names.map((name, i) => [name, values[i + 1] ?? new Float32Array()]));
    return { loss: values[0]?.[0] ?? Number.NaN, gradients: apart(net, byName) };
  } finally {
    session.dispose();
  }
}

function fused(net: TrainableNet, weights: Weights): Map<string, Feed> {
  return new Map([
    ...net.frozen.map((p): [string, Feed] => [
      p.name,
      { data: fuseFrozen(p, weights), shape: p.shape },
    ]),
    ...net.parameters.map((p): [string, Feed] => [
      p.name,
      { data: fuse(p, weights), shape: p.shape },
    ]),
  ]);
}

function apart(net: TrainableNet, values: ReadonlyMap<string, Float32Array>): Weights {
  const dataOf = lookup(values, 'gradient');
  return new Map<string, Weight>(net.parameters.flatMap((p) => [...unfuse(p, dataOf(p.name))]));
}
