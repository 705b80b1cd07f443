import type { NativeBinding } from '../backend/native-binding.ts';
import { SLOTS, type Slot } from '../kernels/eager-engine.ts';
import { type GraphEngine, graphEngine, type NodeOutput } from '../kernels/graph-engine.ts';
import { openGraph } from '../kernels/graph-session.ts';
import type { Feed, Lookup } from '../kernels/kernels.ts';
import {
  ADAM_SCALARS,
  type AdamWStep,
  type VariableKernels,
  variableKernels,
} from '../kernels/variable-kernels.ts';
import { lookup, type TrainableNet } from '../nets/net.ts';
import { CLIP_EPSILON } from './adamw.ts';
import type { Program } from './program.ts';

interface GraphParts {
  readonly binding: NativeBinding;
  readonly net: TrainableNet;
}

/** All scalars that a step is fed with. */
const STEP_SCALARS = [...ADAM_SCALARS, 'decay', 'clipNorm'] as const;

/**
 * The whole training step as one TensorFlow graph, built once for batches of every size: forward, backward, clipping and
 * AdamW are one call. About 2,000 nodes and half a second for a six-layer encoder.
 */
export function graphProgram({ binding, net }: GraphParts): Program {
  const graph = graphEngine();
  const variables = declareVariables(graph, net);
  const built = net.build(graph.kernels);
  const inputs = new Map(
    [...net.sample].map(([name, { data }]) => [name, graph.input(name, data)]),
  );
  const feed = lookup(inputs, 'feed');
  const weight: Lookup<NodeOutput> = (name) => variables.read('weight', name);
  const output = built.forward(weight, feed);
  const { loss, gradients } = built.lossAndGradients(weight, feed);
  const trained = updateAll(graph, variables, { net, gradients, loss });
  const session = openGraph(binding, graph);

  return {
    step: (feeds, adam) => {
      const [loss, norm] = session.run(new Map([...feeds, ...scalarsOf(adam)]), trained);
      return { loss: loss?.[0] ?? Number.NaN, gradientNorm: norm?.[0] ?? Number.NaN };
    },
    forward: (feeds) => session.run(feeds, [output])[0] ?? new Float32Array(),
    read: (slot) => {
      const names = net.parameters.map(({ name }) => name);
      const values = session.run(
        new Map(),
        names.map((name) => variables.read(slot, name)),
      );
      return new Map(names.map((name, i) => [name, values[i] ?? new Float32Array()]));
    },
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

interface GraphVariables {
  readonly kernels: VariableKernels<NodeOutput>;
  handle(slot: Slot, name: string): NodeOutput;
  read(slot: Slot, name: string): NodeOutput;
  /** Exists once all variables of a slot have taken what they were fed. */
  loaded(slot: Slot): NodeOutput;
  /** Exists once all variables of a slot are freed. */
  dropped(slot: Slot): NodeOutput;
}

function declareVariables(graph: GraphEngine, net: TrainableNet): GraphVariables {
  const k = variableKernels(graph);
  const zero = graph.kernels.scalar(0);
  const handles = new Map<string, NodeOutput>();
  const reads = new Map<string, NodeOutput>();
  const loaded = new Map<string, NodeOutput>();
  const dropped = new Map<string, NodeOutput>();
  for (const slot of SLOTS) {
    const assigned: NodeOutput[] = [];
    const destroyed: NodeOutput[] = [];
    for (const { name, shape } of net.parameters) {
      const key = `${slot}/${name}`;
      const handle = k.handle(key, shape);
      handles.set(key, handle);
      reads.set(key, k.read(handle));
      const value = graph.input(loadName(slot, name), new Float32Array());
      assigned.push(...k.assign(handle, value));
      destroyed.push(...k.destroy(handle));
    }
    loaded.set(slot, graph.identity(zero, assigned));
    dropped.set(slot, graph.identity(zero, destroyed));
  }
  const [handleOf, readOf] = [lookup(handles, 'variable'), lookup(reads, 'variable')];
  return {
    kernels: k,
    handle: (slot, name) => handleOf(`${slot}/${name}`),
    read: (slot, name) => readOf(`${slot}/${name}`),
    loaded: lookup(loaded, 'slot'),
    dropped: lookup(dropped, 'slot'),
  };
}

interface UpdateParts extends Pick<GraphParts, 'net'> {
  readonly gradients: ReadonlyMap<string, NodeOutput>;
  readonly loss: NodeOutput;
}

/** @returns the loss, which exists only after every weight has been updated, and the norm of the gradients */
function updateAll(
  graph: GraphEngine,
  variables: GraphVariables,
  { net, gradients, loss }: UpdateParts,
): NodeOutput[] {
  const k = graph.kernels;
  const v = variables.kernels;
  const gradientOf = lookup(gradients, 'gradient');
  const scalars = new Map(
    STEP_SCALARS.map((name) => [name, graph.input(scalarName(name), new Float32Array())]),
  );
  const scalarOf: Lookup<NodeOutput> = lookup(scalars, 'scalar');

  const squares = net.parameters.map(({ name }) => v.halfSquaredSum(gradientOf(name)));
  const norm = v.sqrt(k.mul(k.scalar(2), v.addAll(squares)));
  const limit = v.div(scalarOf('clipNorm'), k.add(norm, k.scalar(CLIP_EPSILON)));
  const scale = v.min(k.scalar(1), limit);

  const updates = net.parameters.flatMap(({ name, decays }) => {
    const weight = variables.handle('weight', name);
    // a read that waits for the scale happens after the forward and backward pass have used the old weights
    const decayed = decays
      ? v.subtract(weight, k.mul(v.read(weight, [scale]), scalarOf('decay')))
      : [];
    return v.applyAdam({
      weight,
      firstMoment: variables.handle('firstMoment', name),
      secondMoment: variables.handle('secondMoment', name),
      scalars: ADAM_SCALARS.map(scalarOf),
      gradient: k.mul(gradientOf(name), scale),
      after: decayed,
    });
  });
  return [graph.identity(loss, updates), norm];
}

function scalarsOf(adam: AdamWStep): [string, Feed][] {
  return STEP_SCALARS.map((name) => [
    scalarName(name),
    { data: Float32Array.of(adam[name]), shape: [] },
  ]);
}

const scalarName = (name: string): string => `step/${name}`;
const loadName = (slot: Slot, name: string): string => `load/${slot}/${name}`;
