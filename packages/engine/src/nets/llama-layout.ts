import type { LlamaShape } from './llama-shape.ts';

/** A linear layer of the model file. */
interface Module {
  /** The name that LoRA targets it by. */
  readonly name: LlamaModule;
  /** Its name inside a layer. */
  readonly path: string;
  /** Its outputs. */
  readonly rows: number;
}

/** One product: modules whose rows follow one another in one matrix. */
export interface Matrix {
  readonly name: 'qkv' | 'out' | 'gate' | 'up' | 'down';
  readonly modules: readonly Module[];
}

/** Matrices that read the same input, and so share one product with the A of their updates. */
export interface Group {
  readonly name: GroupName;
  /** Columns of its matrices. */
  readonly inputs: number;
  /** The norm whose gain is part of these matrices. */
  readonly gain?: 'attentionGain' | 'feedForwardGain';
  readonly matrices: readonly Matrix[];
}

export type GroupName = 'qkv' | 'out' | 'gateUp' | 'down';

/** What LoRA can target. */
export const LLAMA_MODULES = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const;

type LlamaModule = (typeof LLAMA_MODULES)[number];

/** How the linear layers of one decoder layer are put together: one product for query, key and value. */
export function llamaGroups(shape: LlamaShape): Readonly<Record<GroupName, Group>> {
  const { hidden, intermediate, heads, keyHeads, headWidth } = shape;
  const attention = (name: LlamaModule, rows: number): Module => ({
    name,
    path: `self_attn.${name}`,
    rows,
  });
  const feedForward = (name: LlamaModule, rows: number): Module => ({
    name,
    path: `mlp.${name}`,
    rows,
  });
  const query = attention('q_proj', heads * headWidth);
  const key = attention('k_proj', keyHeads * headWidth);
  const value = attention('v_proj', keyHeads * headWidth);
  return {
    qkv: {
      name: 'qkv',
      inputs: hidden,
      gain: 'attentionGain',
      matrices: [{ name: 'qkv', modules: [query, key, value] }],
    },
    out: {
      name: 'out',
      inputs: heads * headWidth,
      matrices: [{ name: 'out', modules: [attention('o_proj', hidden)] }],
    },
    gateUp: {
      name: 'gateUp',
      inputs: hidden,
      gain: 'feedForwardGain',
      matrices: [
        { name: 'gate', modules: [feedForward('gate_proj', intermediate)] },
        { name: 'up', modules: [feedForward('up_proj', intermediate)] },
      ],
    },
    down: {
      name: 'down',
      inputs: intermediate,
      matrices: [{ name: 'down', modules: [feedForward('down_proj', hidden)] }],
    },
  };
}

/** The names of the model file. */
export const layerPath = (layer: number): string => `model.layers.${layer}.`;
