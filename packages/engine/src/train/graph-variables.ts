import { ALL_SLOTS, type Slot } from '../kernels/eager-engine.ts';
import type { GraphEngine, NodeOutput } from '../kernels/graph-engine.ts';
import { type VariableKernels, variableKernels } from '../kernels/variable-kernels.ts';
import { type FusedTensor, lookup, type TrainableNet } from '../nets/net.ts';

/** All that a graph stores per weight, and the nodes that read, load and free it. */
export interface GraphVariables {
  readonly kernels: VariableKernels<NodeOutput>;
  handle(slot: Slot, name: string): NodeOutput;
  read(slot: Slot, name: string): NodeOutput;
  /** Exists once all variables of a slot have taken what they were fed, by `loadName`. */
  loaded(slot: Slot): NodeOutput;
  /** Exists once a frozen tensor has taken what it was fed, by `loadName('weight', name)`. */
  frozen(name: string): NodeOutput;
  /** Exists once all variables of a slot are freed. */
  dropped(slot: Slot): NodeOutput;
}

/** Declares them for every parameter of a net, and the weight alone for what is frozen. */
export function declareVariables(
  graph: GraphEngine,
  net: Pick<TrainableNet, 'frozen' | 'parameters'>,
): GraphVariables {
  const k = variableKernels(graph);
  const zero = graph.kernels.scalar(0);
  const handles = new Map<string, NodeOutput>();
  const reads = new Map<string, NodeOutput>();
  const loaded = new Map<string, NodeOutput>();
  const dropped = new Map<string, NodeOutput>();
  const frozen = new Map<string, NodeOutput>();
  const declare = (slot: Slot, { name, shape }: FusedTensor) => {
    const key = `${slot}/${name}`;
    const handle = k.handle(key, shape);
    handles.set(key, handle);
    reads.set(key, k.read(handle));
    const value = graph.input(loadName(slot, name), new Float32Array());
    return { handle, assigned: k.assign(handle, value) };
  };
  for (const tensor of net.frozen) {
    frozen.set(tensor.name, graph.identity(zero, declare('weight', tensor).assigned));
  }
  for (const slot of ALL_SLOTS) {
    const assigned: NodeOutput[] = [];
    const destroyed: NodeOutput[] = [];
    for (const parameter of net.parameters) {
      const variable = declare(slot, parameter);
      assigned.push(...variable.assigned);
      destroyed.push(...k.destroy(variable.handle));
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
    frozen: lookup(frozen, 'frozen tensor'),
    dropped: lookup(dropped, 'slot'),
  };
}

/** The input that a variable is loaded from. */
export const loadName = (slot: Slot, name: string): string => `load/${slot}/${name}`;
