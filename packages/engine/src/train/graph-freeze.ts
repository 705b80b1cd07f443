import type { GraphSession } from '../kernels/graph-session.ts';
import type { Feed } from '../kernels/kernels.ts';
import { type FusedTensor, lookup } from '../nets/net.ts';
import { type GraphVariables, loadName } from './graph-variables.ts';
import type { Program } from './program.ts';

/** Sets frozen tensors of a graph, some at a time. */
export function freezer(
  session: GraphSession,
  variables: GraphVariables,
  frozen: readonly FusedTensor[],
): Program['freeze'] {
  const tensorOf = lookup(new Map(frozen.map((t) => [t.name, t])), 'frozen tensor');
  return (tensors) => {
    for (const batch of batchesByBytes(tensors)) {
      const feeds = batch.map(([name, data]): [string, Feed] => [
        loadName('weight', name),
        { data, shape: tensorOf(name).shape },
      ]);
      session.run(
        new Map(feeds),
        batch.map(([name]) => variables.frozen(name)),
      );
    }
  };
}

/** Each new set of inputs costs TensorFlow a pass over the whole graph, so tensors are not loaded one by one. */
const BYTES_PER_LOAD = 64 << 20;

function* batchesByBytes(
  tensors: Iterable<readonly [name: string, data: Float32Array]>,
): Generator<(readonly [name: string, data: Float32Array])[]> {
  let batch: (readonly [name: string, data: Float32Array])[] = [];
  let bytes = 0;
  for (const tensor of tensors) {
    batch.push(tensor);
    bytes += tensor[1].byteLength;
    if (bytes < BYTES_PER_LOAD) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
