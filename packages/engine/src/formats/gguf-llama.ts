import type { Gguf, GgufTensor } from './gguf.ts';
import type { GgufValue } from './gguf-cursor.ts';
import type { JsonObject } from './json-file.ts';
import type { Weight } from './weight.ts';

const NAMES: Readonly<Record<string, string>> = {
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
  attn_norm: 'input_layernorm',
  ffn_norm: 'post_attention_layernorm',
};
const OUTSIDE: Readonly<Record<string, string>> = {
  'token_embd.weight': 'model.embed_tokens.weight',
  'output_norm.weight': 'model.norm.weight',
  'output.weight': 'lm_head.weight',
};
const HEAD = 'output.weight';

/**
 * The config.json of Hugging Face for a Llama in a GGUF file.
 * @throws RangeError that names the setting which is missing or asks for something else
 */
export function llamaConfigOf({ metadata, tensors }: Gguf): JsonObject {
  if (metadata.get('general.architecture') !== 'llama') {
    throw new RangeError(
      `general.architecture is ${String(metadata.get('general.architecture'))}, only llama is read`,
    );
  }
  const scaling = metadata.get('llama.rope.scaling.type') ?? 'none';
  if (scaling !== 'none') throw new RangeError(`rotary angles of type ${scaling} are not computed`);
  const number = (key: string, otherwise?: number): number => {
    const value = metadata.get(`llama.${key}`) ?? otherwise;
    if (typeof value === 'number' && value > 0) return value;
    throw new RangeError(`llama.${key} is not a positive number`);
  };
  const hidden = number('embedding_length');
  const heads = number('attention.head_count');
  const token = (kind: string) => metadata.get(`tokenizer.ggml.${kind}_token_id`) ?? null;
  return {
    architectures: ['LlamaForCausalLM'],
    attention_bias: false,
    bos_token_id: token('bos'),
    dtype: 'float32',
    eos_token_id: token('eos'),
    head_dim: number('rope.dimension_count', hidden / heads),
    hidden_act: 'silu',
    hidden_size: hidden,
    intermediate_size: number('feed_forward_length'),
    max_position_embeddings: number('context_length'),
    mlp_bias: false,
    model_type: 'llama',
    num_attention_heads: heads,
    num_hidden_layers: number('block_count'),
    num_key_value_heads: number('attention.head_count_kv', heads),
    pad_token_id: token('padding'),
    // a float32 in the file: 1e-5 stands there as 9.9999997e-6
    rms_norm_eps: Number(number('attention.layer_norm_rms_epsilon').toPrecision(6)),
    rope_theta: number('rope.freq_base', 10_000),
    tie_word_embeddings: !tensors.some(({ name }) => name === HEAD),
    vocab_size: listOf(metadata, 'tokenizer.ggml.tokens').length,
  };
}

/** All tensors under the names and in the layout of Hugging Face, one after the other. */
export function* llamaTensorsOf(gguf: Gguf): Generator<[name: string, weight: Weight]> {
  const heads = Number(gguf.metadata.get('llama.attention.head_count'));
  const keyHeads = Number(gguf.metadata.get('llama.attention.head_count_kv') ?? heads);
  for (const tensor of gguf.tensors) {
    const name = huggingFaceName(tensor);
    const weight = gguf.read(tensor);
    if (name.endsWith('q_proj.weight')) yield [name, untwisted(weight, heads)];
    else if (name.endsWith('k_proj.weight')) yield [name, untwisted(weight, keyHeads)];
    else yield [name, weight];
  }
}

function huggingFaceName({ name }: GgufTensor): string {
  const outside = OUTSIDE[name];
  if (outside !== undefined) return outside;
  const [, layer, part = ''] = /^blk\.(\d{1,4})\.(\w{1,40})\.weight$/.exec(name) ?? [];
  const inside = NAMES[part];
  if (layer !== undefined && inside !== undefined) return `model.layers.${layer}.${inside}.weight`;
  throw new RangeError(`the tensor ${name} is none of a Llama's`);
}

/**
 * llama.cpp stores the rows of query and key so that the two numbers which turn together stand side by side; Hugging
 * Face has them half a head apart: row 2 i + j of a head goes to j · width / 2 + i.
 */
function untwisted({ shape, data }: Weight, heads: number): Weight {
  const [rows = 0, columns = 0] = shape;
  const half = rows / heads / 2;
  if (!Number.isInteger(half)) throw new RangeError(`${rows} rows are not ${heads} heads`);
  const moved = new Float32Array(data.length);
  for (let head = 0; head < heads; head += 1) {
    for (let i = 0; i < half; i += 1) {
      for (const j of [0, 1]) {
        const from = (head * 2 * half + 2 * i + j) * columns;
        moved.set(data.subarray(from, from + columns), (head * 2 * half + j * half + i) * columns);
      }
    }
  }
  return { shape, data: moved };
}

/** @throws RangeError when the setting is no list */
export function listOf(metadata: Gguf['metadata'], key: string): readonly GgufValue[] {
  const value = metadata.get(key);
  if (typeof value === 'object') return value;
  throw new RangeError(`${key} is not a list`);
}
