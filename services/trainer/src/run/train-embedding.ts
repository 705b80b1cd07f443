import {
  type EmbeddingModel,
  embeddingModel,
  type Prompts,
  readSentenceTransformer,
} from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { askedValues, type Chosen, chosenSettings } from '../core/chosen-settings.ts';
import { devSplit } from '../core/dev-split.ts';
import { gate } from '../core/gate.ts';
import { embeddingCard, modelCard } from '../core/model-card.ts';
import { retrievalTask } from '../core/retrieval.ts';
import { embeddingSteps } from './embedding-steps.ts';
import { exportModel } from './export-model.ts';
import { findValues } from './find-values.ts';
import { machineSays } from './machine.ts';
import type { ModelScores } from './score-cache.ts';
import { scoreModel } from './score-model.ts';
import { type StepTable, stepTable } from './step-report.ts';
import { promptsOf, textPairs } from './text-pairs.ts';
import { looksOf, type TrainEmbeddingOptions } from './train-options.ts';
import { type StepsDone, trainSteps } from './train-steps.ts';
import type { TrainedModel } from './trained-model.ts';
import { usingModel } from './using-model.ts';

/**
 * Fine-tune a sentence-embedding model on a frozen dataset: evaluate base and champion on the holdout, train, evaluate
 * the candidate, decide, export, read back. On one backend a function of the dataset, the settings and the base.
 * @throws UserError when the dataset allows no step or the model does not fit the settings
 */
export async function trainEmbedding(options: TrainEmbeddingOptions): Promise<TrainedModel> {
  const { frozen, settings } = options;
  const table = stepTable();
  const task = retrievalTask(frozen.holdout);
  const maxSequenceLength = settings.embedding.max_sequence_length;
  const { dropout } = settings.training;
  const open = (folder: string) =>
    embeddingModel({ backend: options.backend, folder, maxSequenceLength, dropout });
  const score = (name: string, model: EmbeddingModel, at: ScoredAs) =>
    scoreModel({ name, model, ...at, task, table, options });

  const championScores = await scoreChampion(options.championFolder ?? null, { open, score });
  return await usingModel(open(options.baseFolder), async (model) => {
    refuseDimension(model.dimension, settings);
    const overrides = options.overrides ?? {};
    const prompts = promptsOf(settings.embedding, model.prompts);
    const base = await score('base', model, {
      folder: options.baseFolder,
      prompts: model.prompts,
    });
    const { train, dev } =
      settings.training.early_stopping_patience === null
        ? { train: frozen.train, dev: [] }
        : devSplit(frozen.train, frozen.seed);
    const pairs = textPairs(train, prompts);
    const asked = askedValues(settings, overrides);
    const { range, notes, found, ...values } = await findValues({
      model,
      asked,
      pairs,
      options,
      table,
    });
    const length = { asked: maxSequenceLength, held: model.maxSequenceLength };
    const chosen = chosenSettings({ settings, overrides, values, length, prompts });
    const watched = textPairs(dev, prompts);
    const { plan, leftOver } = await embeddingSteps({
      model,
      values,
      pairs,
      dev: watched,
      prompts,
      options,
    });
    const done = await trainSteps(plan, { table, options });
    const candidate = await score('candidate', model, { folder: null, prompts });
    const decided = gate({
      candidate: candidate.retrieval.perQuery,
      reference: (championScores ?? base).retrieval.perQuery,
      against: championScores === null ? 'base' : 'champion',
      groups: task.groups,
      general: { base: base.general, candidate: candidate.general },
      limits: settings.training,
      seed: frozen.seed,
    });
    const metrics = {
      base: metricsOf(base),
      ...(championScores && { champion: metricsOf(championScores) }),
      candidate: metricsOf(candidate),
    };
    const machine = machineSays(options.backend);
    const card = cardOf({
      options,
      model,
      metrics,
      gate: decided,
      chosen,
      machine,
      done,
      prompts,
      notes,
    });
    const probe = task.corpus.slice(0, 100);
    const manifestSha256 = await exported({ options, model, prompts, card, probe, open, table });
    return {
      ...done,
      leftOver,
      path: options.outFolder,
      manifestSha256,
      base: settings.embedding.embedding_model,
      metrics,
      gate: decided,
      holdoutLooks: looksOf(options),
      settings: chosen,
      range,
      found: found && { pairs: found, chats: null },
      machine,
      steps: table.rows,
      llm: null,
    };
  });
}

const metricsOf = ({ retrieval, general }: ModelScores): Readonly<Record<string, number>> => ({
  ...retrieval.metrics,
  'general_mrr@10': general,
});

interface ScoredAs {
  /** Null for the model that is trained here. */
  readonly folder: string | null;
  readonly prompts: Prompts;
}

interface ChampionParts {
  readonly open: (folder: string) => Promise<EmbeddingModel>;
  readonly score: (name: string, model: EmbeddingModel, at: ScoredAs) => Promise<ModelScores>;
}

/** Scored before the base is opened, so that two models are never in memory together. */
async function scoreChampion(
  folder: string | null,
  { open, score }: ChampionParts,
): Promise<ModelScores | null> {
  if (folder === null) return null;
  return await usingModel(open(folder), (model) =>
    score('champion', model, { folder, prompts: model.prompts }),
  );
}

interface CardParts extends Pick<TrainedModel, 'metrics' | 'gate' | 'machine'> {
  readonly options: TrainEmbeddingOptions;
  readonly model: EmbeddingModel;
  readonly chosen: readonly Chosen[];
  readonly done: StepsDone;
  readonly prompts: Prompts;
  /** What was found out on the way. */
  readonly notes: readonly string[];
}

function cardOf(parts: CardParts): string {
  const { options, model, metrics, gate, chosen, machine, done, prompts } = parts;
  const { frozen, settings } = options;
  return modelCard({
    modelName: settings.training.model_name,
    datasetSha256: frozen.datasetSha256,
    holdoutSha256: frozen.holdoutSha256,
    counts: { train: frozen.train.length, holdout: frozen.holdout.length },
    steps: done.losses.length,
    metrics,
    gate,
    holdoutLooks: looksOf(options),
    settings: chosen,
    machine,
    revisions: options.revisions ?? {},
    notes: [...(options.notes ?? []), ...parts.notes],
    kind: embeddingCard({
      base: settings.embedding.embedding_model,
      dimension: model.dimension,
      maxSequenceLength: model.maxSequenceLength,
      prompts,
    }),
  });
}

interface ExportParts {
  readonly options: TrainEmbeddingOptions;
  readonly model: EmbeddingModel;
  readonly prompts: Prompts;
  readonly card: string;
  readonly probe: readonly string[];
  readonly open: (folder: string) => Promise<EmbeddingModel>;
  readonly table: StepTable;
}

const exported = ({
  options,
  model,
  prompts,
  card,
  probe,
  open,
  table,
}: ExportParts): Promise<string> =>
  table.measure('export', 1, async () => {
    const base = { ...readSentenceTransformer(options.baseFolder), prompts };
    const folder = options.outFolder;
    return { value: await exportModel({ model, base, folder, card, probe, open }), done: 1 };
  });

function refuseDimension(dimension: number, { validation }: Settings): void {
  const { min_embedding_dim: least, max_embedding_dim: most } = validation;
  if (dimension >= least && dimension <= most) return;
  throw new UserError(
    'MILLRACE_TRAINING_EMBEDDING_DIMENSION',
    `the model's embeddings have ${dimension} dimensions, ${least} to ${most} are allowed (validation.min_embedding_dim, validation.max_embedding_dim)`,
  );
}
