import { type Group, type GroupName, layerPath, llamaGroups, type Matrix } from './llama-layout.ts';
import type { LlamaShape } from './llama-shape.ts';
import type { FrozenTensor, Parameter } from './net.ts';

/** The base model: never trained, so the gains of norms are multiplied into the matrices that follow them. */
export function llamaFrozen(shape: LlamaShape): FrozenTensor[] {
  const { hidden, vocabulary } = shape;
  const layers = Array.from({ length: shape.layers }, (_, layer) => frozenLayer(shape, layer));
  const embedding: FrozenTensor = {
    name: 'embedding',
    shape: [vocabulary, hidden],
    sources: [{ name: EMBEDDING, rows: vocabulary }],
  };
  const head: FrozenTensor = {
    name: 'head',
    shape: [vocabulary, hidden],
    sources: [{ name: HEAD, rows: vocabulary }],
  };
  return [
    embedding,
    ...(shape.tied ? [] : [head]),
    vector('finalGain', hidden, 'model.norm.weight'),
    ...layers.flat(),
  ];
}

const EMBEDDING = 'model.embed_tokens.weight';
const HEAD = 'lm_head.weight';

const GAINS = {
  attentionGain: 'input_layernorm.weight',
  feedForwardGain: 'post_attention_layernorm.weight',
} as const;

function frozenLayer(shape: LlamaShape, layer: number): FrozenTensor[] {
  const path = layerPath(layer);
  const matrices = Object.values(llamaGroups(shape)).flatMap(({ inputs, gain, matrices }: Group) =>
    matrices.map(({ name, modules }): FrozenTensor => {
      const sources = modules.map((module) => ({
        name: `${path}${module.path}.weight`,
        rows: module.rows,
      }));
      return {
        name: layerTensor(layer, name),
        shape: [rowsOf(modules), inputs],
        sources,
        ...(gain && { columnGain: path + GAINS[gain] }),
      };
    }),
  );
  const gains = (['attentionGain', 'feedForwardGain'] as const).map((gain) =>
    vector(layerTensor(layer, gain), shape.hidden, path + GAINS[gain]),
  );
  return [...matrices, ...gains];
}

function vector(name: string, length: number, source: string): FrozenTensor {
  return { name, shape: [length], sources: [{ name: source, rows: length }] };
}

/**
 * The matrices A and B of an adapter, under the names of PEFT.
 * @param modules  which linear layers have them
 */
export function loraParameters(
  shape: LlamaShape,
  { rank, targetModules }: { readonly rank: number; readonly targetModules: readonly string[] },
): Parameter[] {
  const groups = Object.values(llamaGroups(shape));
  return Array.from({ length: shape.layers }, (_, layer) =>
    groups.flatMap((group) => loraOfGroup({ group, layer, rank, targetModules })),
  ).flat();
}

interface GroupPlace {
  readonly group: Group;
  readonly layer: number;
  readonly rank: number;
  readonly targetModules: readonly string[];
}

function loraOfGroup({ group, layer, rank, targetModules }: GroupPlace): Parameter[] {
  const path = `base_model.model.${layerPath(layer)}`;
  const isTarget = ({ name }: { name: string }): boolean => targetModules.includes(name);
  const targets = group.matrices.flatMap(({ modules }) => modules.filter(isTarget));
  if (targets.length === 0) return [];
  const a: Parameter = {
    name: layerTensor(layer, adapterA(group.name)),
    shape: [targets.length * rank, group.inputs],
    sources: targets.map((module) => ({ name: `${path}${module.path}.lora_A.weight`, rows: rank })),
    decays: true,
  };
  const bs = group.matrices.flatMap(({ name, modules }): Parameter[] => {
    if (!modules.some(isTarget)) return [];
    const sources = modules.map((module) =>
      isTarget(module)
        ? { name: `${path}${module.path}.lora_B.weight`, rows: module.rows }
        : { rows: module.rows },
    );
    const shape = [rowsOf(modules), rank];
    return [{ name: layerTensor(layer, adapterB(name)), shape, sources, decays: true }];
  });
  return [a, ...bs];
}

const rowsOf = (modules: Matrix['modules']): number =>
  modules.reduce((sum, { rows }) => sum + rows, 0);

/** A tensor of a layer. */
export const layerTensor = (layer: number, name: string): string => `${layer}.${name}`;
/** Of the A of a group, inside its layer. */
export const adapterA = (group: GroupName): string => `${group}A`;
/** Of the B of a matrix, inside its layer. */
export const adapterB = (matrix: Matrix['name']): string => `${matrix}B`;
