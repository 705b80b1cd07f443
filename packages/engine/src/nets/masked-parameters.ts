import { bertParameters } from './bert-parameters.ts';
import type { BertShape } from './bert-shape.ts';
import type { FusedTensor } from './net.ts';

export interface MaskedNetOptions {
  /** Whether the output matrix is the word table; else it is a tensor of its own. */
  readonly tied: boolean;
}

/** The tensors of BERT and its masked-language head under the names of Hugging Face's BertForMaskedLM. */
export function maskedParameters(shape: BertShape, { tied }: MaskedNetOptions): FusedTensor[] {
  return [...bertParameters(shape), ...headTensors(shape, tied)].map(prefixed);
}

function headTensors({ hidden, vocabulary }: BertShape, tied: boolean): FusedTensor[] {
  const head = 'cls.predictions.';
  return [
    tensor('transform', [hidden, hidden], `${head}transform.dense.weight`),
    tensor('transformBias', [hidden], `${head}transform.dense.bias`),
    tensor('headGain', [hidden], `${head}transform.LayerNorm.weight`),
    tensor('headShift', [hidden], `${head}transform.LayerNorm.bias`),
    tensor('decoderBias', [vocabulary], `${head}bias`),
    ...(tied ? [] : [tensor('decoder', [vocabulary, hidden], `${head}decoder.weight`)]),
  ];
}

const tensor = (name: string, shape: number[], source: string): FusedTensor => ({
  name,
  shape,
  sources: [{ name: source, rows: shape[0] ?? 0 }],
});

/** The encoder's tensors carry the prefix of the whole model. */
const prefixed = ({ name, shape, sources }: FusedTensor): FusedTensor => ({
  name,
  shape,
  sources: sources.map((source) =>
    source.name === undefined || source.name.startsWith('cls.')
      ? source
      : { ...source, name: `bert.${source.name}` },
  ),
});
