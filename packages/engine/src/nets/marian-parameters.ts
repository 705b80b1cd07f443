import type { MarianShape } from './marian-shape.ts';
import type { FusedTensor } from './net.ts';

/** Tensors of an attention: `qkv` reads and writes the same rows; `query` reads them, `keyValue` the encoder's. */
type AttentionTensor =
  | 'qkv'
  | 'qkvBias'
  | 'query'
  | 'queryBias'
  | 'keyValue'
  | 'keyValueBias'
  | 'out'
  | 'outBias'
  | 'gain'
  | 'shift';
type FeedForwardTensor = 'up' | 'upBias' | 'down' | 'downBias' | 'finalGain' | 'finalShift';

/** The name of a layer's tensor. */
export const marianTensor = (
  layer: string,
  tensor: `self.${AttentionTensor}` | `cross.${AttentionTensor}` | FeedForwardTensor,
): string => `${layer}.${tensor}`;

/** The word table has one of these names, by which module the writer met first. */
const TABLES = [
  'model.shared',
  'model.encoder.embed_tokens',
  'model.decoder.embed_tokens',
  'lm_head',
];

/**
 * The tensors of a Marian translator under the names of Hugging Face's MarianMTModel; linear layers are (out, in).
 * @param has  whether the model file has a tensor
 */
export function marianParameters(
  shape: MarianShape,
  has: (name: string) => boolean,
): FusedTensor[] {
  const { vocabulary, hidden } = shape;
  const table = TABLES.map((name) => `${name}.weight`).find(has) ?? 'model.shared.weight';
  return [
    tensor('word', [vocabulary, hidden], [table]),
    ...Array.from({ length: shape.encoder.layers }, (_, i) => [
      ...selfAttention(`encoder.${i}`, hidden),
      ...feedForward(`encoder.${i}`, hidden, shape.encoder.intermediate),
    ]).flat(),
    ...Array.from({ length: shape.decoder.layers }, (_, i) => [
      ...selfAttention(`decoder.${i}`, hidden),
      ...crossAttention(`decoder.${i}`, hidden),
      ...feedForward(`decoder.${i}`, hidden, shape.decoder.intermediate),
    ]).flat(),
  ];
}

function selfAttention(layer: string, hidden: number): FusedTensor[] {
  return [
    ...linear(
      marianTensor(layer, 'self.qkv'),
      [3 * hidden, hidden],
      [
        moduleOf(layer, 'self_attn.q_proj'),
        moduleOf(layer, 'self_attn.k_proj'),
        moduleOf(layer, 'self_attn.v_proj'),
      ],
    ),
    ...linear(
      marianTensor(layer, 'self.out'),
      [hidden, hidden],
      [moduleOf(layer, 'self_attn.out_proj')],
    ),
    ...norm(`${layer}.self.`, moduleOf(layer, 'self_attn_layer_norm'), hidden),
  ];
}

function crossAttention(layer: string, hidden: number): FusedTensor[] {
  return [
    ...linear(
      marianTensor(layer, 'cross.query'),
      [hidden, hidden],
      [moduleOf(layer, 'encoder_attn.q_proj')],
    ),
    ...linear(
      marianTensor(layer, 'cross.keyValue'),
      [2 * hidden, hidden],
      [moduleOf(layer, 'encoder_attn.k_proj'), moduleOf(layer, 'encoder_attn.v_proj')],
    ),
    ...linear(
      marianTensor(layer, 'cross.out'),
      [hidden, hidden],
      [moduleOf(layer, 'encoder_attn.out_proj')],
    ),
    ...norm(`${layer}.cross.`, moduleOf(layer, 'encoder_attn_layer_norm'), hidden),
  ];
}

function feedForward(layer: string, hidden: number, intermediate: number): FusedTensor[] {
  return [
    ...linear(marianTensor(layer, 'up'), [intermediate, hidden], [moduleOf(layer, 'fc1')]),
    ...linear(marianTensor(layer, 'down'), [hidden, intermediate], [moduleOf(layer, 'fc2')]),
    tensor(
      marianTensor(layer, 'finalGain'),
      [hidden],
      [`${moduleOf(layer, 'final_layer_norm')}.weight`],
    ),
    tensor(
      marianTensor(layer, 'finalShift'),
      [hidden],
      [`${moduleOf(layer, 'final_layer_norm')}.bias`],
    ),
  ];
}

/** `decoder.3` is `model.decoder.layers.3` in the file. */
const moduleOf = (layer: string, name: string): string =>
  `model.${layer.replace('.', '.layers.')}.${name}`;

function linear(
  name: string,
  shape: readonly [number, number],
  modules: readonly string[],
): FusedTensor[] {
  return [
    tensor(
      name,
      shape,
      modules.map((module) => `${module}.weight`),
    ),
    tensor(
      `${name}Bias`,
      [shape[0]],
      modules.map((module) => `${module}.bias`),
    ),
  ];
}

const norm = (prefix: string, module: string, hidden: number): FusedTensor[] => [
  tensor(`${prefix}gain`, [hidden], [`${module}.weight`]),
  tensor(`${prefix}shift`, [hidden], [`${module}.bias`]),
];

function tensor(name: string, shape: readonly number[], names: readonly string[]): FusedTensor {
  const rows = (shape[0] ?? 0) / names.length;
  return { name, shape, sources: names.map((source) => ({ name: source, rows })) };
}
