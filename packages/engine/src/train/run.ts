import type { Weight, Weights } from '../formats/weight.ts';
import type { TrainableNet } from '../nets/net.ts';
import { adamWStep } from './adamw.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { Program, StepResult } from './program.ts';
import { scheduledRate } from './schedule.ts';

/** What a training run of any net is told. */
export interface RunOptions {
  /** At its highest, after the warm-up. */
  readonly learningRate: number;
  readonly totalSteps: number;
  /** Share of the steps that warm up; default 0.1. */
  readonly warmupShare?: number;
  /** Default 0.01; on matrices only. */
  readonly weightDecay?: number;
  /** Default 1. */
  readonly clipNorm?: number;
  /** The learning rate of a step, from 0, in place of warm-up and decay. */
  readonly rateOf?: (step: number) => number;
  /**
   * Names the run: a checkpoint continues only under the seed it was made with. A step draws from it what it drops;
   * the order of batches is drawn by who makes them. 0 to 2^32 - 1.
   */
  readonly seed: number;
}

export interface TrainStep {
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Real tokens of the batch, padding not counted. */
  readonly tokens: number;
  readonly learningRate: number;
}

/** A run in progress. */
export interface Run<Batch> {
  /** Steps done. */
  readonly step: number;
  /** What weight decay has left of a matrix row that never got a gradient: a factor. */
  readonly remains: number;
  /**
   * One step on one batch. Blocks the thread until it is done.
   * @throws TrainingDiverged when loss or gradient is no number any more; the weights are then lost
   * @throws RangeError when the batch makes no sense, or all steps are done
   */
  trainStep(batch: Batch): TrainStep;
  /** Everything needed to continue bit by bit as if never interrupted: trained weights, moments, step. */
  checkpoint(): Map<string, Weight>;
  /** @throws RangeError when the checkpoint is of another net, or of a run with other steps or seed */
  restore(checkpoint: Weights): void;
  /** Frees what only training needs; the model stays as it is. May be called twice. */
  dispose(): void;
}

/** Loss or gradient became infinite or no number, and the weights are lost. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged';
  readonly code = 'MILLRACE_TRAINING_DIVERGED';
  /** The step that failed, from 1. */
  readonly step: number;

  constructor({ step, loss, gradientNorm, learningRate }: DivergedStep) {
    // the first step computes with the weights that came in: no learning rate has touched them yet
    const cause =
      step === 1 ? 'a weight of the base model is no number' : 'the learning rate is too high';
    super(
      `step ${step}: ${cause} (loss ${loss}, gradient norm ${gradientNorm}, learning rate ${learningRate})`,
    );
    this.step = step;
  }
}

interface DivergedStep extends StepResult {
  readonly step: number;
  readonly learningRate: number;
}

const DEFAULTS = { warmupShare: 0.1, weightDecay: 0.01, clipNorm: 1 };

interface RunParts<Batch> {
  readonly program: Program;
  readonly net: TrainableNet;
  /**
   * Computes and updates.
   * @param step  from 0
   * @throws RangeError when the batch makes no sense
   */
  readonly compute: (batch: Batch, at: StepOfRun) => StepResult;
  readonly tokensOf: (batch: Batch) => number;
}

interface StepOfRun {
  readonly adam: ReturnType<typeof adamWStep>;
  readonly seed: number;
  readonly step: number;
}

/** Trains the weights of a program in place, from moments of zero. */
export function startRun<Batch>(
  { program, net, compute, tokensOf }: RunParts<Batch>,
  options: RunOptions,
): Run<Batch> {
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
  const rateAt = (at: number): number => options.rateOf?.(at) ?? scheduledRate(settings, at);

  return {
    get step() {
      return step;
    },
    get remains() {
      let remains = 1;
      for (let done = 0; done < step; done += 1) remains *= 1 - rateAt(done) * settings.weightDecay;
      return remains;
    },
    trainStep: (batch) => {
      if (step >= run.totalSteps) throw new RangeError(`all ${run.totalSteps} steps are done`);
      const learningRate = rateAt(step);
      const adam = adamWStep(step + 1, learningRate, settings);
      const result = compute(batch, { adam, seed: run.seed, step });
      step += 1;
      if (!Number.isFinite(result.loss + result.gradientNorm)) {
        throw new TrainingDiverged({ ...result, step, learningRate });
      }
      return { ...result, tokens: tokensOf(batch), learningRate };
    },
    checkpoint: () => saveCheckpoint(program, net.parameters, { ...run, step }),
    restore: (checkpoint) => {
      step = loadCheckpoint(program, net.parameters, { checkpoint, run });
    },
    dispose: () => {
      if (open) {
        for (const slot of ['firstMoment', 'secondMoment', 'gradientSum'] as const) {
          program.drop(slot);
        }
      }
      open = false;
    },
  };
}

function wholeNumber(key: 'totalSteps' | 'seed', settings: RunOptions): number {
  const value = settings[key];
  if (Number.isInteger(value) && value >= 0 && value < 2 ** 32) return value;
  throw new RangeError(`${key} must be a whole number from 0 to 2^32 - 1, not ${value}`);
}
