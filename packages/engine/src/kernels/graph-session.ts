import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NativeBinding } from '../backend/native-binding.ts';
import type { GraphEngine, NodeOutput } from './graph-engine.ts';
import type { Feed } from './kernels.ts';
import { createTensor, takeFloats } from './native-engine.ts';
import { encodeSavedModel } from './protobuf.ts';

/** A finished graph with variables of its own. */
export interface GraphSession {
  /**
   * One run: computes what `fetches` depend on and nothing else, and blocks the thread until it is done.
   * @param feeds  by the name of the input, or by any node's `name:index`, in place of that node's own value; all
   * inputs that the fetches still depend on must be there
   * @returns the float32 values of `fetches`, in their order
   */
  run(feeds: ReadonlyMap<string, Feed>, fetches: readonly NodeOutput[]): Float32Array[];
  readonly isOpen: boolean;
  /** Frees the graph and its variables. May be called twice. */
  dispose(): void;
}

/**
 * Hands a graph to TensorFlow. The addon has no call for that, but it loads SavedModels, so the graph takes a detour
 * over a file, 0.2 MB for a six-layer encoder: weights are never in it.
 */
export function openGraph(binding: NativeBinding, graph: GraphEngine): GraphSession {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-graph-'));
  let session: number;
  try {
    writeFileSync(path.join(folder, 'saved_model.pb'), encodeSavedModel(graph.nodes));
    session = binding.loadSavedModel(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  let open = true;
  return {
    get isOpen() {
      return open;
    },
    run: (feeds, fetches) => {
      const names = [...feeds.keys()]
        .map((name) => (name.includes(':') ? name : `${name}:0`))
        .join();
      const outputs = fetches.map(({ output }) => output).join();
      const inputs: number[] = [];
      try {
        for (const feed of feeds.values()) inputs.push(createTensor(binding, feed));
        return takeFloats(binding, binding.runSavedModel(session, inputs, names, outputs));
      } finally {
        for (const input of inputs) binding.deleteTensor(input);
      }
    },
    dispose: () => {
      if (open) binding.deleteSavedModel(session);
      open = false;
    },
  };
}
