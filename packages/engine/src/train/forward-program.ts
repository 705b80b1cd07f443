import type * as TF from '@tensorflow/tfjs';
import type { Backend } from '../backend/backend.ts';
import type { NativeBinding } from '../backend/native-binding.ts';
import { graphEngine } from '../kernels/graph-engine.ts';
import { openGraph } from '../kernels/graph-session.ts';
import { tfjsEngine } from '../kernels/tfjs-engine.ts';
import { tfjsVariables } from '../kernels/tfjs-variables.ts';
import { type Feeds, type FrozenNet, lookup } from '../nets/net.ts';
import { freezer } from './graph-freeze.ts';
import { declareVariables } from './graph-variables.ts';

/** A net that is only used, on an engine: its weights once, no moments and no gradients. All calls block. */
export interface ForwardProgram {
  forward(feeds: Feeds): Float32Array;
  /** Frees all memory. May be called twice. */
  dispose(): void;
}

/** Numbers of a tensor by name; each is asked for once. */
type Tensors = Iterable<readonly [name: string, data: Float32Array]>;

/** On the fastest engine of a backend: one graph on the native library, operator by operator elsewhere. */
export function openForward(
  { native, tf }: Backend,
  net: FrozenNet,
  tensors: Tensors,
): ForwardProgram {
  return native ? inGraph(native.binding, net, tensors) : byTfjs(tf, net, tensors);
}

function inGraph(binding: NativeBinding, net: FrozenNet, tensors: Tensors): ForwardProgram {
  const graph = graphEngine();
  const { frozen, sample } = net;
  const variables = declareVariables(graph, { frozen, parameters: [] });
  const inputs = new Map([...sample].map(([name, { data }]) => [name, graph.input(name, data)]));
  const build = net.build(graph.kernels);
  const output = build((name) => variables.read('weight', name), lookup(inputs, 'feed'));
  const session = openGraph(binding, graph);
  freezer(session, variables, frozen)(tensors);
  return {
    forward: (feeds) => session.run(feeds, [output])[0] ?? new Float32Array(),
    dispose: () => session.dispose(),
  };
}

function byTfjs(tf: typeof TF, net: FrozenNet, tensors: Tensors): ForwardProgram {
  const engine = tfjsEngine(tf);
  const variables = tfjsVariables(tf);
  const shapes = new Map(net.frozen.map(({ name, shape }) => [name, shape]));
  for (const [name, data] of tensors) {
    variables.write('weight', name, { data, shape: lookup(shapes, 'frozen tensor')(name) });
  }
  const build = net.build(engine.inference);
  let open = true;
  return {
    forward: (feeds) =>
      engine.scopes.run(() => {
        const given = new Map([...feeds].map(([name, feed]) => [name, engine.upload(feed)]));
        return engine.download(
          build((name) => variables.read('weight', name), lookup(given, 'feed')),
        );
      }),
    dispose: () => {
      if (!open) return;
      open = false;
      variables.dispose();
      engine.dispose();
    },
  };
}
