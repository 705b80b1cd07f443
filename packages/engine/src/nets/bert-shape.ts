/** The sizes of a BERT encoder. */
export interface BertShape {
  readonly vocabulary: number;
  readonly positions: number;
  readonly tokenTypes: number;
  readonly hidden: number;
  readonly heads: number;
  readonly layers: number;
  /** Width of the feed-forward network between its two matrices. */
  readonly intermediate: number;
  /** Added to the variance in LayerNorm. */
  readonly epsilon: number;
}

/**
 * Reads the sizes out of a parsed Hugging Face config.json.
 * @throws RangeError when it describes a net that this encoder does not compute
 */
export function bertShape(config: Readonly<Record<string, unknown>>): BertShape {
  const number = (key: string, otherwise?: number): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === 'number' && value > 0) return value;
    throw new RangeError(`config.json: ${key} is not a positive number`);
  };
  mustBe(config, 'model_type', 'bert');
  mustBe(config, 'hidden_act', 'gelu');
  mustBe(config, 'position_embedding_type', 'absolute');
  const shape: BertShape = {
    vocabulary: number('vocab_size'),
    positions: number('max_position_embeddings'),
    tokenTypes: number('type_vocab_size', 2),
    hidden: number('hidden_size'),
    heads: number('num_attention_heads'),
    layers: number('num_hidden_layers'),
    intermediate: number('intermediate_size'),
    epsilon: number('layer_norm_eps', 1e-12),
  };
  if (shape.hidden % shape.heads !== 0) {
    throw new RangeError(
      `config.json: ${shape.hidden} hidden units do not divide into ${shape.heads} heads`,
    );
  }
  return shape;
}

function mustBe(config: Readonly<Record<string, unknown>>, key: string, wanted: string): void {
  const value = config[key] ?? wanted;
  if (value !== wanted) {
    throw new RangeError(`config.json: ${key} is ${String(value)}, only ${wanted} is computed`);
  }
}
