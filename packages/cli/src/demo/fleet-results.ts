import {
  augmentationStep,
  type CrossValidationStep,
  cleaningStep,
  featureStep,
  type ModelTraining,
  type PipelineResults,
  type StepFigures,
  standingVerdicts,
  validationStep,
} from '@millrace/pipeline';
import type { Ledger } from '@millrace/shared/domain/ledger';
import { ablationsOf } from '@millrace/trainer';
import type { OpenFleet } from '../fleet/open-fleet.ts';
import type { ModelRow } from '../models/model-rows.ts';
import {
  augmentorModels,
  countedExamples,
  currentRevisions,
  deadByCode,
  judgedSessions,
  supersededVerdicts,
  techniqueCounts,
} from './fleet-facts.ts';

export interface FleetRun {
  readonly timestamp: string;
  readonly source: string;
  readonly ledger: Ledger;
  /** One, or one of each type. */
  readonly models: readonly ModelRow[];
  /** What the stage took, by its name. */
  readonly figures: Readonly<Record<'validator' | 'augmentor' | 'trainer', StepFigures>>;
}

/** `results.json` of a run through the fleet: the same shape as in process, read from the tables. */
export async function fleetResults(
  { sql, settings }: Pick<OpenFleet, 'sql' | 'settings'>,
  { timestamp, source, ledger, models, figures }: FleetRun,
): Promise<PipelineResults> {
  const [judged, examples, techniques, deadBy, superseded, revisions, weights] = await Promise.all([
    judgedSessions(sql),
    countedExamples(sql),
    techniqueCounts(sql),
    deadByCode(sql),
    supersededVerdicts(sql),
    currentRevisions(sql),
    augmentorModels(sql),
  ]);
  const modelName = models[0]?.model_name ?? settings.training.model_name;
  const line = { modelName, modelType: 'embedding' } as const;
  const ablated = standingVerdicts(await ablationsOf(sql, line));
  const went = ledger.stages['ingestor']?.went ?? {};
  const { random_state } = settings.training;
  const embedding = models.find(({ model_type }) => model_type === 'embedding');
  const llm = models.find(({ model_type }) => model_type === 'llm');
  return {
    timestamp,
    model_type: embedding && llm ? 'all' : llm ? 'llm' : 'embedding',
    session_id: null,
    random_state,
    source,
    steps: {
      validation: validationStep(
        {
          judged,
          others: { duplicate: went['duplicate'] ?? 0, superseded, dead: went['dead'] ?? 0 },
          deadBy,
          settings,
          timestamp,
          revision: revisions['validator'] ?? '',
        },
        figures.validator,
      ),
      cleaning: cleaningStep(judged, figures.validator),
      augmentation: augmentationStep(
        {
          examples,
          techniques,
          revision: revisions['augmentor'] ?? '',
          models: weights,
          ablated,
        },
        figures.augmentor,
      ),
      feature_engineering: featureStep(examples, figures.augmentor),
      cross_validation: crossValidationStep(embedding, random_state),
      training: {
        ...(embedding && { embedding: trainingOf(embedding) }),
        ...(llm?.report.llm && { llm: { ...trainingOf(llm), ...llm.report.llm } }),
        ...figures.trainer,
      },
    },
  };
}

function crossValidationStep(
  model: ModelRow | undefined,
  randomState: number,
): CrossValidationStep {
  const made = model?.report.cross_validation ?? null;
  if (made !== null) {
    const seconds = made.folds.reduce((sum, fold) => sum + fold.seconds, 0);
    return { ...made, seconds, peak_rss_mb: null, cache: null };
  }
  return {
    strategy: 'none',
    n_splits: null,
    random_state: randomState,
    max_steps: 0,
    label: null,
    folds: [],
    mean: {},
    std: {},
    notes: [
      model === undefined
        ? 'not cross-validated: folds of an LLM take as long as its training each'
        : 'not cross-validated: an automatic run has no budget for it; millrace train does',
    ],
    seconds: 0,
    peak_rss_mb: null,
    cache: null,
  };
}

function trainingOf(model: ModelRow): ModelTraining {
  const { report } = model;
  return {
    dataset_sha256: model.dataset_sha256,
    holdout_sha256: model.holdout_sha256,
    metrics: model.metrics,
    decision: model.decision,
    sentence: model.sentence,
    holdout_looks: report.holdout_looks,
    path: model.path,
    manifest_sha256: model.manifest_sha256,
    losses: report.losses,
    learning_rate_range: report.learning_rate_range,
    tokens: report.tokens,
    counts: model.counts,
    settings: report.settings,
    machine: report.machine,
    notes: report.notes,
    table: report.steps,
  };
}
