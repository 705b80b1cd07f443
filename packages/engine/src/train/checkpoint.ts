import type { Weight, Weights } from '../formats/weight.ts';
import { SLOTS } from '../kernels/eager-engine.ts';
import type { Parameter } from '../nets/net.ts';
import type { Program } from './program.ts';

/** What a run is, besides its weights. A checkpoint continues only the run that wrote it. */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  readonly totalSteps: number;
  /** 0 to 2^32 - 1 */
  readonly seed: number;
}

const STATE = 'run/state';

/** Weights, moments and the run's state as named tensors: enough to continue bit by bit as if never interrupted. */
export function saveCheckpoint(
  program: Program,
  parameters: readonly Parameter[],
  state: RunState,
): Map<string, Weight> {
  const checkpoint = new Map<string, Weight>([[STATE, encodeState(state)]]);
  for (const slot of SLOTS) {
    const values = program.read(slot);
    for (const { name, shape } of parameters) {
      const data = values.get(name);
      if (data) checkpoint.set(`${slot}/${name}`, { shape, data });
    }
  }
  return checkpoint;
}

/**
 * Puts a program where it was when the checkpoint was made. Nothing is changed when it does not fit.
 * @returns the steps done
 * @throws RangeError when the checkpoint is of another net or another run
 */
export function loadCheckpoint(
  program: Program,
  parameters: readonly Parameter[],
  { checkpoint, run }: { checkpoint: Weights; run: Omit<RunState, 'step'> },
): number {
  const state = decodeState(checkpoint.get(STATE));
  for (const key of ['totalSteps', 'seed'] as const) {
    if (state[key] !== run[key]) {
      throw new RangeError(`the checkpoint's ${key} is ${state[key]}, this run's ${run[key]}`);
    }
  }
  const slots = SLOTS.map((slot) => ({
    slot,
    values: new Map(parameters.map((p) => [p.name, dataOf(checkpoint, `${slot}/${p.name}`, p)])),
  }));
  for (const { slot, values } of slots) program.write(slot, values);
  return state.step;
}

function dataOf(checkpoint: Weights, name: string, { shape }: Parameter): Float32Array {
  const weight = checkpoint.get(name);
  if (weight?.shape.join() === shape.join()) return weight.data;
  const found = weight ? `is (${weight.shape.join(', ')})` : 'is missing';
  throw new RangeError(`the checkpoint's ${name} ${found}, this net needs (${shape.join(', ')})`);
}

/** float32 holds whole numbers up to 2^24, so the seed goes in two halves. */
function encodeState({ step, totalSteps, seed }: RunState): Weight {
  return { shape: [4], data: Float32Array.of(step, totalSteps, seed >>> 16, seed & 0xffff) };
}

function decodeState(weight: Weight | undefined): RunState {
  const [step, totalSteps, high, low] = weight?.data ?? [];
  if (step === undefined || totalSteps === undefined || high === undefined || low === undefined) {
    throw new RangeError(`the checkpoint has no ${STATE}`);
  }
  return { step, totalSteps, seed: high * 0x10000 + low };
}
