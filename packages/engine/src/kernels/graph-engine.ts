import type { Feed, Kernels } from './kernels.ts';
import type { Machine } from './machine.ts';
import { encodeNode, type Node } from './protobuf.ts';
import { tensorflowKernels } from './tensorflow-kernels.ts';

/** A value that exists only when the graph runs: an output of a node, by TensorFlow's `name:index`. */
export interface NodeOutput {
  readonly output: string;
}

/**
 * Writes kernels down as nodes of a TensorFlow graph instead of running them. The graph is then one call per step: no
 * JavaScript between kernels, and TensorFlow fuses, orders and frees by itself. So here a block keeps nothing and
 * frees nothing.
 */
export interface GraphEngine extends Machine<NodeOutput> {
  readonly kernels: Kernels<NodeOutput>;
  /** A value that each run is given, of any shape. */
  input(name: string, like: Feed['data']): NodeOutput;
  /** x itself, which exists only after everything in `after` has happened. */
  identity(x: NodeOutput, after: readonly NodeOutput[]): NodeOutput;
  /** The encoded nodes so far, in order. */
  readonly nodes: readonly Uint8Array[];
}

export function graphEngine(): GraphEngine {
  const nodes: Uint8Array[] = [];
  const add = (node: Omit<Node, 'name'>, name = `${node.kernel}_${nodes.length}`): string => {
    nodes.push(encodeNode({ ...node, name }));
    return name;
  };
  const first = (name: string): NodeOutput => ({ output: `${name}:0` });

  const identity = (x: NodeOutput, after: readonly NodeOutput[]): NodeOutput => {
    const order = after.map(({ output }) => `^${nodeOf(output)}`);
    const attributes: Node['attributes'] = [{ name: 'T', kind: 'type', value: 'float' }];
    return first(add({ kernel: 'Identity', attributes, inputs: [x.output, ...order] }));
  };

  const machine: Machine<NodeOutput> = {
    exec: (kernel, attributes, inputs, outputs, after = []) => {
      const order = after.map(({ output }) => `^${nodeOf(output)}`);
      const name = add({
        kernel,
        attributes,
        inputs: [...inputs.map(({ output }) => output), ...order],
      });
      // a node without outputs is named all the same: something can wait for it
      return Array.from({ length: Math.max(outputs, 1) }, (_, i) => ({ output: `${name}:${i}` }));
    },
    constant: (values) =>
      first(
        add({
          kernel: 'Const',
          inputs: [],
          attributes: [
            { name: 'dtype', kind: 'type', value: typeOf(values.data) },
            { name: 'value', kind: 'tensor', value: values },
          ],
        }),
      ),
    block: (forward, backward) => {
      const [output, kept] = forward();
      return [output, (gradient) => backward(gradient, kept)];
    },
    after: (x, earlier) => identity(x, [earlier]),
    free: () => {},
  };

  return {
    ...machine,
    kernels: tensorflowKernels(machine),
    input: (name, like) => {
      const attributes: Node['attributes'] = [
        { name: 'dtype', kind: 'type', value: typeOf(like) },
        { name: 'shape', kind: 'anyShape' },
      ];
      return first(add({ kernel: 'Placeholder', inputs: [], attributes }, name));
    },
    identity,
    nodes,
  };
}

/** The node that an output belongs to. */
function nodeOf(output: string): string {
  return output.slice(0, output.indexOf(':'));
}

function typeOf(data: Feed['data']): 'int32' | 'float' {
  return data instanceof Int32Array ? 'int32' : 'float';
}
