/** The sizes of one side of a Marian translator. */
export interface MarianSide {
  readonly layers: number;
  readonly heads: number;
  /** Width of the feed-forward network between its matrices. */
  readonly intermediate: number;
}

/** The sizes of a Marian translator: an encoder of the source, a decoder of the target, one word table for all. */
export interface MarianShape {
  readonly vocabulary: number;
  readonly positions: number;
  readonly hidden: number;
  readonly encoder: MarianSide;
  readonly decoder: MarianSide;
  readonly activation: 'relu' | 'swish' | 'gelu';
  /** What embeddings are multiplied with. */
  readonly embeddingScale: number;
  readonly pad: number;
  readonly end: number;
  /** Token that an answer begins with; it is not part of it. */
  readonly start: number;
}

type Config = Readonly<Record<string, unknown>>;

const ACTIVATIONS = new Map<unknown, MarianShape['activation']>([
  ['relu', 'relu'],
  ['swish', 'swish'],
  ['silu', 'swish'],
  ['gelu', 'gelu'],
]);

/**
 * Reads the sizes out of a parsed Hugging Face config.json.
 * @throws RangeError when it describes a net that is not computed
 */
export function marianShape(config: Config): MarianShape {
  const whole = (key: string, least: number, otherwise?: number): number => {
    const value = config[key] ?? otherwise;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
    throw new RangeError(`config.json: ${key} is not a whole number from ${least} up`);
  };
  mustBe(config, 'model_type', 'marian');
  for (const flag of ['share_encoder_decoder_embeddings', 'tie_word_embeddings'])
    mustBe(config, flag, true);
  for (const flag of ['normalize_before', 'add_final_layer_norm', 'normalize_embedding'])
    mustBe(config, flag, false);
  for (const flag of ['static_position_embeddings', 'add_bias_logits'])
    if (config[flag] === (flag === 'add_bias_logits'))
      throw new RangeError(
        `config.json: ${flag} is ${String(config[flag])}, which is not computed`,
      );
  const activation = ACTIVATIONS.get(config['activation_function']);
  if (activation === undefined)
    throw new RangeError(
      `config.json: activation_function is ${String(config['activation_function'])}, only relu, swish and gelu are computed`,
    );
  const vocabulary = whole('vocab_size', 1);
  mustBe(config, 'decoder_vocab_size', vocabulary);
  const hidden = whole('d_model', 2);
  const side = (name: 'encoder' | 'decoder'): MarianSide => {
    const heads = whole(`${name}_attention_heads`, 1);
    if (hidden % heads !== 0)
      throw new RangeError(`config.json: ${hidden} units do not divide into ${heads} heads`);
    return { layers: whole(`${name}_layers`, 1), heads, intermediate: whole(`${name}_ffn_dim`, 1) };
  };
  const pad = whole('pad_token_id', 0);
  return {
    vocabulary,
    positions: whole('max_position_embeddings', 2),
    hidden,
    encoder: side('encoder'),
    decoder: side('decoder'),
    activation,
    embeddingScale: config['scale_embedding'] === true ? Math.sqrt(hidden) : 1,
    pad,
    end: whole('eos_token_id', 0),
    start: whole('decoder_start_token_id', 0, pad),
  };
}

function mustBe(config: Config, key: string, wanted: string | number | boolean): void {
  const value = config[key] ?? wanted;
  if (value !== wanted)
    throw new RangeError(`config.json: ${key} is ${String(value)}, only ${wanted} is computed`);
}
