import type { AdamWStep } from '../kernels/variable-kernels.ts';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

export interface AdamWSettings {
  /** Share of a matrix that a step at learning rate 1 would take away; default of PyTorch's AdamW is 0.01. */
  readonly weightDecay: number;
  /** Gradients longer than this, all of them as one vector, are scaled down to it. */
  readonly clipNorm: number;
}

/**
 * The scalars of AdamW's step number `step`, from 1. PyTorch adds epsilon after the bias correction of the second moment,
 * TensorFlow's kernel before it; sqrt(1 - beta2^step) makes them equal (without it, 120 steps drift by 1.5e-4 in loss).
 */
export function adamWStep(
  step: number,
  learningRate: number,
  { weightDecay, clipNorm }: AdamWSettings,
): AdamWStep {
  const beta2Power = BETA_2 ** step;
  return {
    beta1Power: BETA_1 ** step,
    beta2Power,
    learningRate,
    beta1: BETA_1,
    beta2: BETA_2,
    epsilon: EPSILON * Math.sqrt(1 - beta2Power),
    decay: learningRate * weightDecay,
    clipNorm,
  };
}

/** Keeps the division by the norm finite; PyTorch's clip_grad_norm_ uses the same. */
export const CLIP_EPSILON = 1e-6;
