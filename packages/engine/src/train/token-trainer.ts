import type { Weight, Weights } from '../formats/weight.ts';
import { type PairIdentity, trueNegatives } from '../losses/false-negatives.ts';
import { rankingFeeds } from '../losses/ranking-loss.ts';
import type { BertGeometry } from '../nets/bert-geometry.ts';
import type { TrainableNet } from '../nets/net.ts';
import { adamWStep } from './adamw.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Program } from './program.ts';
import { scheduledRate } from './schedule.ts';

export interface TrainerOptions {
  /** At its highest, after the warm-up. */
  readonly learningRate: number;
  readonly totalSteps: number;
  /** Share of the steps that warm up; default 0.1. */
  readonly warmupShare?: number;
  /** Default 0.01; on matrices only. */
  readonly weightDecay?: number;
  /** Default 1. */
  readonly clipNorm?: number;
  /**
   * Whether pairs with equal texts or of one group are kept from being each other's negatives; default true. Texts are
   * equal when their tokens are: the model cannot tell "Yes" from "yes". Without it a batch is what it is for
   * sentence-transformers.
   */
  readonly maskFalseNegatives?: boolean;
  /**
   * Names the run: a checkpoint continues only under the seed it was made with. A step itself draws nothing, since there
   * is no dropout; what is drawn, like the order of batches, is drawn by who makes them. 0 to 2^32 - 1.
   */
  readonly seed: number;
}

/** Pairs as token ids, with `[CLS]` and `[SEP]`. */
export interface TokenBatch {
  readonly anchors: readonly (readonly number[])[];
  readonly positives: readonly (readonly number[])[];
  /** Where pairs come from, like a session; pairs of one group are not each other's negatives. */
  readonly groups?: readonly string[];
}

export interface TrainStep {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Real tokens of the batch, padding not counted. */
  readonly tokens: number;
  readonly learningRate: number;
}

export interface TokenTrainer {
  /** Steps done. */
  readonly step: number;
  /**
   * One step on one batch. Blocks the thread until it is done.
   * @throws TrainingDiverged when loss or gradient is no number any more; the weights are then lost
   * @throws RangeError when the batch is empty or uneven, or all steps are done
   */
  trainStep(batch: TokenBatch): TrainStep;
  checkpoint(): Map<string, Weight>;
  /** @throws RangeError when the checkpoint is of another net, or of a run with other steps or seed */
  restore(checkpoint: Weights): void;
  /** Frees what only training needs; the model stays as it is. May be called twice. */
  dispose(): void;
}

/** Loss or gradient became infinite or no number: the learning rate is too high, or a weight was broken before. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  readonly code = 'MILLRACE_TRAINING_DIVERGED';
}

const DEFAULTS = { warmupShare: 0.1, weightDecay: 0.01, clipNorm: 1, maskFalseNegatives: true };

interface TrainerParts {
  readonly program: Program;
  readonly net: TrainableNet;
  readonly geometry: (texts: readonly (readonly number[])[]) => BertGeometry;
}

/** Trains the weights of a program in place, from moments of zero. */
export function tokenTrainer(
  { program, net, geometry }: TrainerParts,
  options: TrainerOptions,
): TokenTrainer {
  const settings = { ...DEFAULTS, ...options };
  const run = {
    totalSteps: wholeNumber('totalSteps', settings),
    seed: wholeNumber('seed', settings),
  };
  const zeros = new Map(
    net.parameters.map(({ name, shape }) => [
      name,
      new Float32Array(shape.reduce((n, d) => n * d, 1)),
    ]),
  );
  program.write('firstMoment', zeros);
  program.write('secondMoment', zeros);
  let step = 0;
  let open = true;

  return {
    get step() {
      return step;
    },
    trainStep: (batch) => {
      if (step >= run.totalSteps) throw new RangeError(`all ${run.totalSteps} steps are done`);
      checkSizes(batch);
      const { anchors, positives } = batch;
      const { feeds, tokens } = geometry([...anchors, ...positives]);
      const isNegative = settings.maskFalseNegatives
        ? trueNegatives(identityOf(batch))
        : () => true;
      const ranking = rankingFeeds(anchors.length, isNegative);
      const learningRate = scheduledRate(settings, step);
      const result = program.step(
        new Map([...feeds, ...ranking]),
        adamWStep(step + 1, learningRate, settings),
      );
      step += 1;
      if (!Number.isFinite(result.loss + result.gradientNorm)) {
        throw new TrainingDiverged(
          `step ${step}: loss ${result.loss}, gradient norm ${result.gradientNorm}`,
        );
      }
      return { ...result, tokens, learningRate };
    },
    checkpoint: () => saveCheckpoint(program, net.parameters, { ...run, step }),
    restore: (checkpoint) => {
      step = loadCheckpoint(program, net.parameters, { checkpoint, run });
    },
    dispose: () => {
      if (open) {
        program.drop('firstMoment');
        program.drop('secondMoment');
      }
      open = false;
    },
  };
}

function checkSizes({ anchors, positives, groups }: TokenBatch): void {
  const sizes = [anchors, positives, ...(groups ? [groups] : [])].map(({ length }) => length);
  if (anchors.length > 0 && sizes.every((size) => size === anchors.length)) return;
  throw new RangeError(`a batch needs as many anchors as positives and groups: ${sizes}`);
}

function identityOf({ anchors, positives, groups }: TokenBatch): PairIdentity {
  return {
    anchors: anchors.map((ids) => ids.join()),
    positives: positives.map((ids) => ids.join()),
    ...(groups && { groups }),
  };
}

function wholeNumber(key: 'totalSteps' | 'seed', settings: TrainerOptions): number {
  const value = settings[key];
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw new RangeError(`${key} must be a whole number from 0 to 2^32 - 1, not ${value}`);
}
