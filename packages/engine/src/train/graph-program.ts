import type { NativeBinding } from '../backend/native-binding.ts';
import { graphEngine, type NodeOutput } from '../kernels/graph-engine.ts';
import { openGraph } from '../kernels/graph-session.ts';
import type { Feed, Lookup } from '../kernels/kernels.ts';
import { lookup, type TrainableNet } from '../nets/net.ts';
import { freezer } from './graph-freeze.ts';
import { scalarFeeds, stepScalars, updateAll } from './graph-update.ts';
import { declareVariables, loadName } from './graph-variables.ts';
import type { Program } from './program.ts';

interface GraphParts {
  readonly binding: NativeBinding;
  readonly net: TrainableNet;
}

/**
 * The whole training step as one TensorFlow graph, built once for batches of every size: forward, backward, clipping and
 * AdamW are one call. About 2,600 nodes and half a second for a six-layer encoder.
 *
 * A run computes only what it fetches, and takes what it is fed in place of a node's own value. So the pieces of a step
 * are the nodes of the whole step, once more: the loss of given outputs, the way back from a given gradient.
 */
export function graphProgram({ binding, net }: GraphParts): Program {
  const graph = graphEngine();
  const variables = declareVariables(graph, net);
  const scalar = stepScalars(graph);
  const built = net.build(graph.kernels);
  const inputs = new Map(
    [...net.sample].map(([name, { data }]) => [name, graph.input(name, data)]),
  );
  const feed = lookup(inputs, 'feed');
  const weight: Lookup<NodeOutput> = (name) => variables.read('weight', name);
  const names = net.parameters.map(({ name }) => name);

  const next = built.next?.(weight, feed);
  const used = built.forward(weight, feed);
  const passed = built.pass(weight, feed);
  const { loss, gradient: outputGradient } = built.loss(passed.output, feed);
  const gradients = passed.back(outputGradient);
  const gradient = lookup(gradients, 'gradient');
  const whole = updateAll(graph, { variables, net, scalar, gradient, result: loss });

  const sum: Lookup<NodeOutput> = (name) => variables.handle('gradientSum', name);
  const zero = graph.kernels.scalar(0);
  const kernels = variables.kernels;
  const begun = names.flatMap((name) => kernels.assign(sum(name), gradient(name)));
  const added = names.flatMap((name) => kernels.increase(sum(name), gradient(name)));
  const collected = { first: graph.identity(zero, begun), further: graph.identity(zero, added) };
  const gradientSum: Lookup<NodeOutput> = (name) => variables.read('gradientSum', name);
  const ofSum = updateAll(graph, { variables, net, scalar, gradient: gradientSum, result: zero });
  const session = openGraph(binding, graph);

  return {
    step: (feeds, adam) => {
      const [loss, norm] = session.run(new Map([...feeds, ...scalarFeeds(adam)]), whole);
      return { loss: loss?.[0] ?? Number.NaN, gradientNorm: norm?.[0] ?? Number.NaN };
    },
    forward: (feeds) => session.run(feeds, [used])[0] ?? new Float32Array(),
    next: (feeds) => {
      if (!next) throw new RangeError('this net has no next token');
      return session.run(feeds, next);
    },
    pieces: {
      output: (feeds) => session.run(feeds, [passed.output])[0] ?? new Float32Array(),
      loss: (output, feeds) => {
        const given = new Map([...feeds, [passed.output.output, output]]);
        const [value, gradient] = session.run(given, [loss, outputGradient]);
        return { loss: value?.[0] ?? Number.NaN, gradient: gradient ?? new Float32Array() };
      },
      collect: (feeds, gradient, isFirst) => {
        const given = new Map([...feeds, [outputGradient.output, gradient]]);
        const effect = isFirst ? collected.first : collected.further;
        return session.run(given, [passed.output, effect])[0] ?? new Float32Array();
      },
      update: (adam) => session.run(new Map(scalarFeeds(adam)), ofSum)[1]?.[0] ?? Number.NaN,
    },
    read: (slot) => {
      const values = session.run(
        new Map(),
        names.map((name) => variables.read(slot, name)),
      );
      return new Map(names.map((name, i) => [name, values[i] ?? new Float32Array()]));
    },
    freeze: freezer(session, variables, net.frozen),
    write: (slot, values) => {
      const dataOf = lookup(values, slot);
      const feeds = net.parameters.map(({ name, shape }): [string, Feed] => [
        loadName(slot, name),
        { data: dataOf(name), shape },
      ]);
      session.run(new Map(feeds), [variables.loaded(slot)]);
    },
    drop: (slot) => {
      if (session.isOpen) session.run(new Map(), [variables.dropped(slot)]);
    },
    dispose: () => session.dispose(),
  };
}
