import type { Block, Kernels } from '../kernels/kernels.ts';
import { only } from './llama-attention.ts';
import type { LayerLookup, LoraLinear } from './lora-linear.ts';
import type { RmsNorm } from './rms-norm.ts';

interface Parts<V> {
  readonly norm: RmsNorm<V>;
  readonly gateUp: LoraLinear<V>;
  readonly down: LoraLinear<V>;
}

/** What the feed-forward network looks up in one decoder layer. */
export interface FeedForwardLookup<V> {
  readonly gateUp: LayerLookup<V>;
  readonly down: LayerLookup<V>;
  /** Whether anything below this block is trained. */
  readonly needsInput: boolean;
}

/** RMSNorm, SwiGLU (arXiv:2002.05202) and the residual sum: x + down(silu(gate) · up). */
export function llamaFeedForward<V>(
  k: Kernels<V>,
  { norm, gateUp, down }: Parts<V>,
): (x: V, at: FeedForwardLookup<V>) => Block<V> {
  const one = k.scalar(1);
  return (x, { needsInput, ...at }) =>
    k.block(
      () => {
        const { normal, inverse } = norm.forward(x);
        const wide = gateUp.forward(normal, at.gateUp);
        const [gate, up] = pair(wide.outputs);
        const open = k.sigmoid(gate);
        const silu = k.mul(gate, open);
        const mixed = k.mul(silu, up);
        const narrow = down.forward(mixed, at.down);
        return [
          k.add(x, only(narrow.outputs)),
          { normal, inverse, up, open, silu, mixed, inGateUp: wide.kept, inDown: narrow.kept },
        ];
      },
      (gradient, { normal, inverse, up, open, silu, mixed, inGateUp, inDown }) => {
        const downBack = down.back(
          { gradients: [gradient], x: mixed, kept: inDown, needsInput: true },
          at.down,
        );
        const dMixed = only([downBack.input]);
        const dUp = k.mul(dMixed, silu);
        const slope = k.add(open, k.mul(silu, k.sub(one, open)));
        const dGate = k.mul(k.mul(dMixed, up), slope);
        const gateUpBack = gateUp.back(
          { gradients: [dGate, dUp], x: normal, kept: inGateUp, needsInput },
          at.gateUp,
        );
        const weights = { ...downBack.weights, ...gateUpBack.weights };
        if (gateUpBack.input === undefined) return { weights };
        const dInput = norm.back(gateUpBack.input, { normal, inverse });
        return { input: k.add(gradient, dInput), weights };
      },
    );
}

function pair<T>([first, second]: readonly T[]): [T, T] {
  if (first === undefined || second === undefined) throw new RangeError('there are no two outputs');
  return [first, second];
}
