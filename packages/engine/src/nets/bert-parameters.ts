import type { BertShape } from './bert-shape.ts';
import type { Parameter } from './net.ts';

/** The tensors of one encoder layer, by what they do. `qkv` holds the rows of query, key and value. */
const LAYER_TENSORS = [
  'qkv',
  'qkvBias',
  'attentionOut',
  'attentionOutBias',
  'attentionGain',
  'attentionShift',
  'up',
  'upBias',
  'down',
  'downBias',
  'outputGain',
  'outputShift',
] as const;

export type LayerTensor = (typeof LAYER_TENSORS)[number];

/** The parameters of a BERT encoder under the names of Hugging Face's BertModel; linear layers are (out, in). */
export function bertParameters(shape: BertShape): Parameter[] {
  const { hidden } = shape;
  return [
    parameter('word', [shape.vocabulary, hidden], ['embeddings.word_embeddings.weight']),
    parameter('position', [shape.positions, hidden], ['embeddings.position_embeddings.weight']),
    parameter('type', [shape.tokenTypes, hidden], ['embeddings.token_type_embeddings.weight']),
    parameter('embeddingGain', [hidden], ['embeddings.LayerNorm.weight']),
    parameter('embeddingShift', [hidden], ['embeddings.LayerNorm.bias']),
    ...Array.from({ length: shape.layers }, (_, layer) => layerParameters(shape, layer)).flat(),
  ];
}

function layerParameters({ hidden, intermediate }: BertShape, layer: number): Parameter[] {
  const prefix = `encoder.layer.${layer}.`;
  const qkv = (kind: string): string[] =>
    ['query', 'key', 'value'].map((part) => `${prefix}attention.self.${part}.${kind}`);
  const dimensions: Readonly<Record<LayerTensor, [shape: number[], sources: string[]]>> = {
    qkv: [[3 * hidden, hidden], qkv('weight')],
    qkvBias: [[3 * hidden], qkv('bias')],
    attentionOut: [[hidden, hidden], [`${prefix}attention.output.dense.weight`]],
    attentionOutBias: [[hidden], [`${prefix}attention.output.dense.bias`]],
    attentionGain: [[hidden], [`${prefix}attention.output.LayerNorm.weight`]],
    attentionShift: [[hidden], [`${prefix}attention.output.LayerNorm.bias`]],
    up: [[intermediate, hidden], [`${prefix}intermediate.dense.weight`]],
    upBias: [[intermediate], [`${prefix}intermediate.dense.bias`]],
    down: [[hidden, intermediate], [`${prefix}output.dense.weight`]],
    downBias: [[hidden], [`${prefix}output.dense.bias`]],
    outputGain: [[hidden], [`${prefix}output.LayerNorm.weight`]],
    outputShift: [[hidden], [`${prefix}output.LayerNorm.bias`]],
  };
  return LAYER_TENSORS.map((tensor) => {
    const [size, sources] = dimensions[tensor];
    return parameter(layerTensor(layer, tensor), size, sources);
  });
}

/** The name of a layer's parameter. */
export function layerTensor(layer: number, tensor: LayerTensor): string {
  return `${layer}.${tensor}`;
}

function parameter(name: string, shape: number[], names: string[]): Parameter {
  const rows = (shape[0] ?? 0) / names.length;
  const sources = names.map((source) => ({ name: source, rows }));
  return { name, shape, sources, decays: shape.length > 1 };
}
