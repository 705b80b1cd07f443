/** The sizes of a decoder of the Llama family. */
export interface LlamaShape {
  readonly vocabulary: number;
  readonly positions: number;
  readonly hidden: number;
  /** Heads of the queries. */
  readonly heads: number;
  /** Heads of keys and values; each serves `heads / keyHeads` heads of queries. */
  readonly keyHeads: number;
  readonly headWidth: number;
  readonly layers: number;
  /** Width of the feed-forward network between its matrices. */
  readonly intermediate: number;
  /** Added to the mean square in RMSNorm. */
  readonly epsilon: number;
  /** Base of the rotary angles: position p turns pair i by p · theta^(-2i / headWidth). */
  readonly theta: number;
  /** Whether the matrix of the token embeddings also makes the logits. */
  readonly tied: boolean;
}

type Config = Readonly<Record<string, unknown>>;

/**
 * Reads the sizes out of a parsed Hugging Face config.json, of transformers 4 or 5.
 * @throws RangeError when it describes a net that this decoder does not compute
 */
export function llamaShape(config: Config): LlamaShape {
  const number = (key: string, otherwise?: number): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === 'number' && value > 0) return value;
    throw new RangeError(`config.json: ${key} is not a positive number`);
  };
  mustBe(config, 'model_type', 'llama');
  mustBe(config, 'hidden_act', 'silu');
  mustBe(config, 'attention_bias', false);
  mustBe(config, 'mlp_bias', false);
  const hidden = number('hidden_size');
  const heads = number('num_attention_heads');
  const shape: LlamaShape = {
    vocabulary: number('vocab_size'),
    positions: number('max_position_embeddings'),
    hidden,
    heads,
    keyHeads: number('num_key_value_heads', heads),
    headWidth: number('head_dim', hidden / heads),
    layers: number('num_hidden_layers'),
    intermediate: number('intermediate_size'),
    epsilon: number('rms_norm_eps', 1e-6),
    theta: theta(config),
    tied: config['tie_word_embeddings'] === true,
  };
  if (heads % shape.keyHeads !== 0) {
    throw new RangeError(`config.json: ${heads} heads do not divide among ${shape.keyHeads}`);
  }
  if (shape.headWidth % 2 !== 0) {
    throw new RangeError(`config.json: a head of ${shape.headWidth} numbers cannot be rotated`);
  }
  return shape;
}

/** transformers 4 says it at the top, 5 among the `rope_parameters`. Stretched angles are not computed. */
function theta(config: Config): number {
  const rope = { ...fields(config['rope_scaling']), ...fields(config['rope_parameters']) };
  const type = rope['rope_type'] ?? rope['type'] ?? 'default';
  if (type !== 'default') {
    throw new RangeError(`config.json: rotary angles of type ${String(type)} are not computed`);
  }
  const value = rope['rope_theta'] ?? config['rope_theta'] ?? 10_000;
  if (typeof value === 'number' && value > 0) return value;
  throw new RangeError('config.json: rope_theta is not a positive number');
}

function fields(value: unknown): Config {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function mustBe(config: Config, key: string, wanted: string | boolean): void {
  const value = config[key] ?? wanted;
  if (value !== wanted) {
    throw new RangeError(`config.json: ${key} is ${String(value)}, only ${wanted} is computed`);
  }
}
