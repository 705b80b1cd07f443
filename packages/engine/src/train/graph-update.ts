import type { GraphEngine, NodeOutput } from '../kernels/graph-engine.ts';
import type { Feed, Lookup } from '../kernels/kernels.ts';
import { ADAM_SCALARS, type AdamWStep } from '../kernels/variable-kernels.ts';
import { lookup, type TrainableNet } from '../nets/net.ts';
import { CLIP_EPSILON } from './adamw.ts';
import type { GraphVariables } from './graph-variables.ts';

interface UpdateParts {
  readonly variables: GraphVariables;
  readonly net: TrainableNet;
  /** The inputs of `stepScalars`. */
  readonly scalar: Lookup<NodeOutput>;
  readonly gradient: Lookup<NodeOutput>;
  /** What is given back once every weight has been updated. */
  readonly result: NodeOutput;
}

/**
 * Clips the gradients and updates all weights by AdamW.
 * @returns `result`, which exists only after every weight has been updated, and the norm of the gradients
 */
export function updateAll(
  graph: GraphEngine,
  { variables, net, scalar, gradient, result }: UpdateParts,
): readonly [done: NodeOutput, norm: NodeOutput] {
  const k = graph.kernels;
  const v = variables.kernels;
  const squares = net.parameters.map(({ name }) => v.halfSquaredSum(gradient(name)));
  const norm = v.sqrt(k.mul(k.scalar(2), v.addAll(squares)));
  const limit = v.div(scalar('clipNorm'), k.add(norm, k.scalar(CLIP_EPSILON)));
  const scale = v.min(k.scalar(1), limit);

  const updates = net.parameters.flatMap(({ name, decays }) => {
    const weight = variables.handle('weight', name);
    // a read that waits for the scale happens after the forward and backward pass have used the old weights
    const decayed = decays
      ? v.subtract(weight, k.mul(v.read(weight, [scale]), scalar('decay')))
      : [];
    return v.applyAdam({
      weight,
      firstMoment: variables.handle('firstMoment', name),
      secondMoment: variables.handle('secondMoment', name),
      scalars: ADAM_SCALARS.map(scalar),
      gradient: k.mul(gradient(name), scale),
      after: decayed,
    });
  });
  return [graph.identity(result, updates), norm];
}

/** All scalars that a step is fed with. */
const STEP_SCALARS = [...ADAM_SCALARS, 'decay', 'clipNorm'] as const;

/** Declares the inputs of a step's scalars. */
export function stepScalars(graph: GraphEngine): Lookup<NodeOutput> {
  const inputs = STEP_SCALARS.map((name): [string, NodeOutput] => [
    name,
    graph.input(scalarName(name), new Float32Array()),
  ]);
  return lookup(new Map(inputs), 'scalar');
}

/** What these inputs are fed with in a step. */
export function scalarFeeds(adam: AdamWStep): [string, Feed][] {
  return STEP_SCALARS.map((name) => [
    scalarName(name),
    { data: Float32Array.of(adam[name]), shape: [] },
  ]);
}

const scalarName = (name: string): string => `step/${name}`;
