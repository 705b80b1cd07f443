import type { Block, Kernels, Lookup } from '../kernels/kernels.ts';
import type { LayerTensor } from './bert-parameters.ts';
import type { Dropout } from './dropout.ts';
import type { LayerNorm } from './layer-norm.ts';

/**
 * The feed-forward network, the residual sum and its LayerNorm. GELU(v) = u (1 + erf u) / sqrt 2 with u = v / sqrt 2:
 * both factors sit in the weights around it, so three kernels are left forward and six back.
 */
export function feedForward<V>(
  k: Kernels<V>,
  { norm, drop }: { readonly norm: LayerNorm<V>; readonly drop: Dropout<V> },
): (x: V, weight: (name: LayerTensor) => V, seed: Lookup<V>) => Block<V> {
  const half = k.scalar(Math.SQRT1_2);
  const one = k.scalar(1);
  const logSlope = k.scalar(Math.log(2 / Math.sqrt(Math.PI))); // derivative of erf: exp(logSlope - u²)

  return (x, weight, seed) =>
    k.block(
      () => {
        const up = k.mul(weight('up'), half);
        const down = k.mul(weight('down'), half);
        const u = k.addBias(k.matMul(x, up, 'nt'), k.mul(weight('upBias'), half));
        const gate = k.add(k.erf(u), one);
        const mixed = k.addBias(k.matMul(k.mul(u, gate), down, 'nt'), weight('downBias'));
        const { output: left, masks } = drop.forward(mixed, () => seed('output'));
        const { output, normal, inverse } = norm.forward(
          k.add(left, x),
          weight('outputGain'),
          weight('outputShift'),
        );
        return [output, { up, down, u, gate, normal, inverse, masks }];
      },
      (gradient, { up, down, u, gate, normal, inverse, masks }) => {
        const d = norm.back(gradient, { normal, inverse }, weight('outputGain'));
        const dMixed = drop.back(d.input, masks);
        const slope = k.exp(k.sub(logSlope, k.square(u)));
        const dU = k.mul(k.matMul(dMixed, down, 'nn'), k.add(k.mul(slope, u), gate));
        return {
          input: k.add(k.matMul(dU, up, 'nn'), d.input),
          weights: {
            up: k.mul(k.matMul(dU, x, 'tn'), half),
            upBias: k.mul(k.columnSum(dU), half),
            down: k.mul(k.matMul(dMixed, k.mul(u, gate), 'tn'), half),
            downBias: k.columnSum(dMixed),
            outputGain: d.gain,
            outputShift: d.shift,
          },
        };
      },
    );
}
