import type { Backend } from '../backend/backend.ts';
import { readCausalFolder } from '../formats/causal-folder.ts';
import { causalNet } from '../nets/causal-net.ts';
import { firstAdapter } from '../nets/first-adapter.ts';
import { fuseFrozen } from '../nets/fused-weights.ts';
import { nextFeeds } from '../nets/llama-next.ts';
import { llamaShape } from '../nets/llama-shape.ts';
import { openProgram } from '../train/open-program.ts';

/** The logits of the base after each token: what the model keeps for itself. */
export function causalLogits(
  backend: Backend,
  folder: string,
  tokens: readonly number[],
): Float32Array[] {
  const { config, weights } = readCausalFolder(folder);
  const shape = llamaShape(config);
  const options = { rank: 1, targetModules: ['q_proj'], dropout: 0, recompute: false };
  const net = causalNet(shape, options);
  const program = openProgram(backend, net);
  try {
    const stored = weights();
    program.freeze(net.frozen.map((tensor) => [tensor.name, fuseFrozen(tensor, stored)] as const));
    program.write('weight', firstAdapter(net.parameters, 1));
    const nothing = Array.from({ length: shape.layers }, () => new Float32Array());
    const past = { keys: nothing, values: nothing, length: 0 };
    const all = Int32Array.from(tokens, (_, i) => i);
    const feeds = new Map([
      ...nextFeeds(tokens, { shape, past, scale: 0 }),
      ['next/last', { data: all, shape: [all.length] }] as const,
    ]);
    const [logits = new Float32Array()] = program.next(feeds);
    return tokens.map((_, i) => logits.subarray(i * shape.vocabulary, (i + 1) * shape.vocabulary));
  } finally {
    program.dispose();
  }
}
