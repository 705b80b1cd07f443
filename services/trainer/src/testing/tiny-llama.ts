import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Weight, writeWeights } from '@millrace/engine';
import { rng } from '@millrace/shared/domain/rng';
import { chatTemplate, chatTokenizer } from './tiny-chat.ts';

const hidden = 32;
const intermediate = 48;
const layers = 2;
const heads = 4;
const keyHeads = 2;
const headSize = hidden / heads;
const vocabulary = Object.keys(chatTokenizer.model.vocab).length;
export const tinyPositions = 512;

/** A Hugging Face folder of a Llama with 32 dimensions that reads bytes: real, and fast enough for a test. */
export function writeTinyLlama(folder: string, seed = 1): string {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: object) =>
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  write('config.json', {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    max_position_embeddings: tinyPositions,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    attention_bias: false,
    mlp_bias: false,
  });
  write('tokenizer.json', chatTokenizer);
  write('tokenizer_config.json', {
    eos_token: '<|im_end|>',
    bos_token: '<|im_start|>',
    chat_template: chatTemplate,
  });
  writeWeights(path.join(folder, 'model.safetensors'), weights(seed));
  return folder;
}

function weights(seed: number): Map<string, Weight> {
  const random = rng(seed);
  const tensor = (shape: readonly number[], value: () => number): Weight => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value),
  });
  const noise = (...shape: number[]) => tensor(shape, () => (random() - 0.5) / 2);
  const ones = () => tensor([hidden], () => 1);
  const made = new Map<string, Weight>([
    ['model.embed_tokens.weight', noise(vocabulary, hidden)],
    ['model.norm.weight', ones()],
  ]);
  for (let layer = 0; layer < layers; layer++) {
    const at = `model.layers.${layer}`;
    made.set(`${at}.input_layernorm.weight`, ones());
    made.set(`${at}.post_attention_layernorm.weight`, ones());
    made.set(`${at}.self_attn.q_proj.weight`, noise(hidden, hidden));
    made.set(`${at}.self_attn.k_proj.weight`, noise(keyHeads * headSize, hidden));
    made.set(`${at}.self_attn.v_proj.weight`, noise(keyHeads * headSize, hidden));
    made.set(`${at}.self_attn.o_proj.weight`, noise(hidden, hidden));
    made.set(`${at}.mlp.gate_proj.weight`, noise(intermediate, hidden));
    made.set(`${at}.mlp.up_proj.weight`, noise(intermediate, hidden));
    made.set(`${at}.mlp.down_proj.weight`, noise(hidden, intermediate));
  }
  return made;
}
