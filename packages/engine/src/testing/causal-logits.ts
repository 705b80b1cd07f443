import type { Backend } from '../backend/backend.ts';
import { readCausalFolder } from '../formats/causal-folder.ts';
import type { LoraAdapter } from '../formats/peft-adapter.ts';
import { causalNet } from '../nets/causal-net.ts';
import { firstAdapter } from '../nets/first-adapter.ts';
import { fuse, fuseFrozen } from '../nets/fused-weights.ts';
import { nextFeeds } from '../nets/llama-next.ts';
import { llamaShape } from '../nets/llama-shape.ts';
import { loraScale } from '../nets/lora.ts';
import { openProgram } from '../train/open-program.ts';

/** The logits after each token, of the base or of an adapter on it: what the model keeps for itself. */
export function causalLogits(
  backend: Backend,
  folder: string,
  tokens: readonly number[],
  adapter?: LoraAdapter,
): Float32Array[] {
  const { config, weights } = readCausalFolder(folder);
  const shape = llamaShape(config);
  const options = adapter ?? { rank: 1, targetModules: ['q_proj'], dropout: 0 };
  const net = causalNet(shape, { ...options, recompute: false });
  const program = openProgram(backend, net);
  try {
    const stored = weights();
    program.freeze(net.frozen.map((tensor) => [tensor.name, fuseFrozen(tensor, stored)] as const));
    const own = adapter?.weights;
    program.write(
      'weight',
      own === undefined
        ? firstAdapter(net.parameters, 1)
        : new Map(net.parameters.map((one) => [one.name, fuse(one, own)])),
    );
    const nothing = Array.from({ length: shape.layers }, () => new Float32Array());
    const past = { keys: nothing, values: nothing, length: 0 };
    const all = Int32Array.from(tokens, (_, i) => i);
    const feeds = new Map([
      ...nextFeeds(tokens, { shape, past, scale: adapter === undefined ? 0 : loraScale(adapter) }),
      ['next/last', { data: all, shape: [all.length] }] as const,
    ]);
    const [logits = new Float32Array()] = program.next(feeds);
    return tokens.map((_, i) => logits.subarray(i * shape.vocabulary, (i + 1) * shape.vocabulary));
  } finally {
    program.dispose();
  }
}
