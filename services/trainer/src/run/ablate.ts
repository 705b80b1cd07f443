import type { TrainingOverrides } from '@millrace/shared/contracts/events';
import { UserError } from '@millrace/shared/domain/errors';
import type { PairExample } from '@millrace/shared/domain/example';
import {
  type Ablation,
  judgeTechnique,
  type TechniqueAblation,
  trainingGain,
} from '../core/ablation.ts';
import { type AblationArm, ablationFolds } from '../core/ablation-folds.ts';
import { askedValues, withoutAuto } from '../core/chosen-settings.ts';
import {
  type AblationBase,
  type AblationTrainings,
  baseScores,
  trainedScores,
} from './ablation-scores.ts';
import { phaseProgress, type TrainingProgress } from './progress.ts';

export interface AblateOptions extends AblationBase {
  /** Of the training side; no copy among them. */
  readonly originals: readonly PairExample[];
  /** A technique and its copies of these originals, each. */
  readonly arms: readonly AblationArm[];
  /** `random_state` of the dataset: folds are drawn by it, and it is the first of the seeds. */
  readonly seed: number;
  readonly overrides?: TrainingOverrides;
  readonly onProgress?: ((progress: TrainingProgress) => void) | undefined;
}

/** What an ablation measured; where it is kept, and of which line, its caller knows. */
export type Ablated = Omit<
  Ablation,
  'made_at' | 'model_name' | 'model_type' | 'base' | 'dataset_sha256' | 'augmentor_revision'
>;

const seeds = 3;
/** Unless asked for: 9 trainings and 9 more a technique, so that it ends in sensible time on two cores. */
const folds = 3;
const mostSteps = 50;

/**
 * Trains with and without each technique: on the same folds of the training side, by the same seeds, as many steps. Only the
 * originals are measured on, and the holdout is not looked at. Where the training without copies gains nothing over its base there is
 * nothing to judge by, and every technique is off. A function of its inputs; a further attempt takes up the
 * trainings that an earlier one finished.
 * @throws UserError when there are fewer users than folds, or no technique has a copy
 */
export async function ablate(options: AblateOptions): Promise<Ablated> {
  const { settings, overrides = {}, seed } = options;
  const values = withoutAuto(askedValues(settings, overrides));
  const arms = options.arms.filter(({ copies }) => copies.length > 0);
  const notes = options.arms
    .filter(({ copies }) => copies.length === 0)
    .map(({ technique }) => `${technique} has no copy of these pairs: not ablated`);
  if (arms.length === 0) {
    throw new UserError('MILLRACE_TRAINING_NO_COPIES', 'no technique has a copy to train with', {
      exitCode: 2,
    });
  }
  const begun = performance.now();
  const nSplits = Math.max(2, overrides.n_splits ?? folds);
  const trainings = Array.from({ length: seeds }, (_, i) => seed + i);
  const made = ablationFolds(options.originals, arms, {
    values: { ...values, maxSteps: Math.min(values.maxSteps ?? mostSteps, mostSteps) },
    folds: nSplits,
    seeds: trainings,
    seed,
  });
  const total = made.reduce((sum, { steps }) => sum + steps, 0) * seeds * (1 + arms.length);
  const progress = phaseProgress({ name: 'ablation', from: 0, total }, (sent) =>
    options.onProgress?.(sent),
  );
  let done = 0;
  const onSteps = (steps: number): void => {
    done += steps;
    progress.step(done);
  };
  const how: AblationTrainings = { from: options, values, seeds: trainings, onSteps };
  const groups = made.flatMap((fold) => fold.groups);
  const without = await trainedScores(null, made, how);
  const gain = trainingGain({ with: without, without: await baseScores(made, how), groups }, seed);
  const judged: TechniqueAblation[] = [];
  for (const { technique } of arms) {
    const scores = await trainedScores(technique, made, how);
    judged.push(
      judgeTechnique(
        technique,
        { with: scores, without, groups },
        {
          gain,
          copies: mostCopies(arms, technique),
          copiesTrained: made.reduce(
            (sum, fold) => sum + (fold.copies.get(technique)?.length ?? 0),
            0,
          ),
          seed,
        },
      ),
    );
  }
  return {
    metric: 'mrr@10',
    n_splits: nSplits,
    seeds: trainings,
    steps: made.map(({ steps }) => steps),
    originals: made.map(({ train }) => train.length),
    queries: without.length,
    groups: new Set(groups).size,
    gain,
    techniques: judged,
    seconds: Math.round((performance.now() - begun) / 1000),
    notes,
  };
}

function mostCopies(arms: readonly AblationArm[], technique: string): number {
  const own = arms.find((arm) => arm.technique === technique)?.copies ?? [];
  const families = [...Map.groupBy(own, ({ parentId }) => parentId).values()];
  return families.reduce((most, copies) => Math.max(most, copies.length), 1);
}
