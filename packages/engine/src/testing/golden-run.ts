import type { Weights } from '../formats/weight.ts';
import type { TrainableNet } from '../nets/net.ts';
import type { Program } from '../train/program.ts';
import { tokenModel } from '../train/token-model.ts';
import type { TinyBert } from './tiny-bert.ts';

export interface GoldenRun {
  readonly embeddings: Float32Array;
  readonly losses: number[];
  readonly norms: number[];
  readonly trained: Weights;
}

const LEARNING_RATE = 1e-3;

/** Does with a program what golden/tiny_bert.py did with PyTorch: embeds, then trains three steps at one rate. */
export async function goldenRun(
  golden: TinyBert,
  openProgram: (net: TrainableNet) => Program,
): Promise<GoldenRun> {
  const { shape, weights, anchors, positives } = golden;
  const model = tokenModel({ shape, weights, openProgram });
  try {
    const embeddings = await model.encode([...anchors, ...positives], { batchSize: 5 });
    const losses: number[] = [];
    const norms: number[] = [];
    // a schedule so long that it is flat over three steps: one warm-up step, then down by 1e-9 a step
    const trainer = model.trainer({
      learningRate: LEARNING_RATE,
      totalSteps: 1e9,
      warmupShare: 0,
      seed: 1,
    });
    for (const _ of golden.losses) {
      const { loss, gradientNorm } = trainer.trainStep({ anchors, positives });
      losses.push(loss);
      norms.push(gradientNorm);
    }
    return { embeddings, losses, norms, trained: model.weights() };
  } finally {
    model.dispose();
  }
}
