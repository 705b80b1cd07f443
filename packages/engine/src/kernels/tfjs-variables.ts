import type * as TF from '@tensorflow/tfjs';
import { ALL_SLOTS, SLOTS, type Slot, type VariableStore } from './eager-engine.ts';
import type { Feed } from './kernels.ts';
import { toTensor } from './tfjs-engine.ts';

type Tf = typeof TF;

/** Weights and moments as tfjs tensors, each update a new tensor; AdamW out of single operators. */
export function tfjsVariables(tf: Tf): VariableStore<TF.Tensor> {
  const values: Readonly<Record<Slot, Map<string, TF.Tensor>>> = {
    weight: new Map(),
    firstMoment: new Map(),
    secondMoment: new Map(),
    gradientSum: new Map(),
  };
  const read = (slot: Slot, name: string): TF.Tensor => {
    const value = values[slot].get(name);
    if (!value) throw new RangeError(`no ${slot} of ${name} has been written`);
    return value;
  };
  const replace = (slot: Slot, name: string, next: TF.Tensor): void => {
    values[slot].get(name)?.dispose();
    values[slot].set(name, tf.keep(next));
  };

  return {
    read,
    write: (slot, name, feed: Feed) => replace(slot, name, toTensor(tf, feed)),
    collect: (name, gradient, isFirst) => {
      const sum = isFirst ? tf.clone(gradient) : tf.add(read('gradientSum', name), gradient);
      replace('gradientSum', name, sum);
    },
    drop: (slot, name) => {
      values[slot].get(name)?.dispose();
      values[slot].delete(name);
    },
    update: (name, gradient, step, decays) => {
      const { beta1, beta2 } = step;
      const rate = (step.learningRate * Math.sqrt(1 - step.beta2Power)) / (1 - step.beta1Power);
      const next = tf.tidy(() => {
        const weight = read('weight', name);
        const decayed = decays ? tf.mul(weight, 1 - step.decay) : weight;
        const firstMoment = blend(tf, read('firstMoment', name), gradient, beta1);
        const secondMoment = blend(tf, read('secondMoment', name), tf.square(gradient), beta2);
        const scale = tf.add(tf.sqrt(secondMoment), step.epsilon);
        const update = tf.div(tf.mul(firstMoment, rate), scale);
        return { weight: tf.sub(decayed, update), firstMoment, secondMoment };
      });
      for (const slot of SLOTS) replace(slot, name, next[slot]);
    },
    dispose: () => {
      for (const slot of ALL_SLOTS) {
        tf.dispose([...values[slot].values()]);
        values[slot].clear();
      }
    },
  };
}

/** share * old + (1 - share) * fresh */
function blend(tf: Tf, old: TF.Tensor, fresh: TF.Tensor, share: number): TF.Tensor {
  return tf.add(tf.mul(old, share), tf.mul(fresh, 1 - share));
}
