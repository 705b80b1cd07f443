import { readCausalFolder } from '../formats/causal-folder.ts';
import { readPeftAdapter } from '../formats/peft-adapter.ts';
import type { Weights } from '../formats/weight.ts';
import { type CausalExample, causalFeeds, causalNet, shareFeeds } from '../nets/causal-net.ts';
import { llamaShape } from '../nets/llama-shape.ts';
import { loraScale } from '../nets/lora.ts';
import type { Feeds, TrainableNet } from '../nets/net.ts';
import { trainedWeights } from '../train/causal-batch.ts';
import type { TinyLlama } from './tiny-llama.ts';

/** The golden net, its weights, and the feeds of a batch, for the gradients of a step. */
export function tinyLlamaStep(
  golden: TinyLlama,
  examples: readonly CausalExample[],
  { recompute = false } = {},
): { readonly net: TrainableNet; readonly weights: Weights; readonly feeds: Feeds } {
  const base = readCausalFolder(golden.base);
  const adapter = readPeftAdapter(golden.adapter);
  const shape = llamaShape(base.config);
  const share = trainedWeights(examples);
  const total = share.reduce((sum, weight) => sum + weight, 0);
  return {
    net: causalNet(shape, { ...adapter, recompute }),
    weights: new Map([...base.weights(), ...adapter.weights]),
    feeds: new Map([
      ...causalFeeds(examples, shape, loraScale(adapter)),
      ...shareFeeds(share.map((weight) => weight / total)),
    ]),
  };
}
