import { type CausalModel, type ChatFormat, readChatFormat } from '@millrace/engine';
import { canonicalJson } from '@millrace/shared/domain/canonical-json';
import { UserError } from '@millrace/shared/domain/errors';
import { planChatBatches } from '../core/chat-batches.ts';
import { chosenLlmSettings, type LlmValues } from '../core/chosen-llm-settings.ts';
import { lossGate } from '../core/gate.ts';
import { llmCard, modelCard } from '../core/model-card.ts';
import { groupOfExample } from '../core/user-share.ts';
import type { RunIdentity } from './checkpoints.ts';
import { domainLosses } from './domain-losses.ts';
import { exportAdapter } from './export-adapter.ts';
import { fileSha256 } from './file-hash.ts';
import { findLlmValues } from './find-llm-values.ts';
import { type LlmSides, llmSides } from './llm-sides.ts';
import { machineSays } from './machine.ts';
import { openLlm } from './open-llm.ts';
import { sampleAnswers } from './sample-answers.ts';
import { chatsOf, type LlmScores, llmMetrics, meanLoss, scoreLlm } from './score-llm.ts';
import { stepTable } from './step-report.ts';
import { looksOf, type TrainLlmOptions } from './train-options.ts';
import { type StepsPlan, trainSteps } from './train-steps.ts';
import type { LlmReport, TrainedModel } from './trained-model.ts';
import { usingModel } from './using-model.ts';

/**
 * Fine-tune a LoRA adapter on a frozen dataset of chats: audit every mask, evaluate base and champion on the holdout, train,
 * evaluate the candidate, decide, export, read back. On one backend a function of the dataset, the settings and the base.
 * @throws UserError when a mask is at fault, nothing is left to train on, or the base does not fit the settings
 */
export async function trainLlm(options: TrainLlmOptions): Promise<TrainedModel> {
  const { frozen, settings, backend, baseFolder, signal } = options;
  const { llm } = settings;
  const table = stepTable();
  const format = formatIn(baseFolder);
  const open = (more: { readonly adapterFolder?: string }) =>
    openLlm({
      backend,
      folder: baseFolder,
      gradientCheckpointing: llm.gradient_checkpointing,
      lora: {
        rank: llm.lora_rank,
        alpha: llm.lora_alpha,
        dropout: llm.lora_dropout,
        targetModules: llm.lora_target_modules,
        rankStabilised: llm.lora_rank_stabilised,
        seed: frozen.seed,
      },
      ...more,
    });
  return await usingModel(open({}), async (model) => {
    const most = Math.min(llm.max_sequence_length, model.maxPositions);
    const chats = frozen.train.length + frozen.holdout.length;
    const sides = await table.measure('encode and audit', chats, async () => ({
      value: await llmSides(format, most, options),
      done: chats,
    }));
    const { rows } = sides.holdout;
    const at = { rows, format, table, options };
    const base = await scoreLlm({ ...at, name: 'base', model, which: 'base', adapterFolder: null });
    const champion = await scoreChampion(options.championFolder ?? null, open, (opened, folder) =>
      scoreLlm({
        ...at,
        name: 'champion',
        model: opened,
        which: 'adapter',
        adapterFolder: folder,
      }),
    );
    const { notes, found, ...values } = findLlmValues({ model, rows: sides.train.rows, options });
    const plan = stepsOf({ model, values, sides, most, options });
    const done = await trainSteps(plan, { table, options });
    const candidate = await scoreLlm({
      ...at,
      name: 'candidate',
      model,
      which: 'adapter',
      adapterFolder: null,
    });
    const held = new Map(frozen.holdout.map((example) => [example.id, example]));
    const judged = chatsOf(rows).flatMap((id) => held.get(id) ?? []);
    const gate = lossGate({
      candidate: candidate.sessions,
      reference: (champion ?? base).sessions,
      against: champion === null ? 'base' : 'champion',
      groups: judged.map(groupOfExample),
      answers: sides.holdout.counts.answers - sides.holdout.counts.answers_left_out,
      general: { base: base.general, candidate: candidate.general },
      limits: { ...settings.training, max_forgetting: llm.max_forgetting },
      seed: frozen.seed,
    });
    const scores = { base, ...(champion && { champion }), candidate };
    const samples = await table.measure('sample answers', 1, async () => ({
      value: await sampleAnswers(model, { format, maxNewTokens: llm.sample_tokens, signal }),
      done: 1,
    }));
    const report: LlmReport = {
      base_sha256: model.baseSha256,
      training: sides.train.counts,
      holdout: sides.holdout.counts,
      left_out: [...sides.train.leftOut, ...sides.holdout.leftOut],
      answers_masked: sides.masked,
      domains: domainLosses(judged, scores, {
        facts: options.facts,
        label: settings.training.cv_label,
      }),
      samples,
    };
    const overrides = options.overrides ?? {};
    const common = {
      metrics: mapValues(scores, llmMetrics),
      gate,
      holdoutLooks: looksOf(options),
      settings: chosenLlmSettings({ settings, overrides, values, length: most }),
      machine: machineSays(backend),
    };
    const card = modelCard({
      ...common,
      modelName: settings.training.model_name,
      datasetSha256: frozen.datasetSha256,
      holdoutSha256: frozen.holdoutSha256,
      counts: { train: frozen.train.length, holdout: frozen.holdout.length },
      steps: done.losses.length,
      revisions: options.revisions ?? {},
      notes: [...(options.notes ?? []), ...notes, ...notesOf(options)],
      kind: llmCard({
        base: llm.base_model,
        baseSha256: model.baseSha256,
        rank: llm.lora_rank,
        alpha: llm.lora_alpha,
        maxSequenceLength: most,
        data: dataLines(sides, most),
      }),
    });
    const manifestSha256 = await table.measure('export', 1, async () => ({
      value: await exportAdapter({
        model,
        baseFolder,
        baseName: llm.base_model,
        folder: options.outFolder,
        card,
        probe: rows.slice(0, 4),
        open: (adapterFolder) => open({ adapterFolder }),
      }),
      done: 1,
    }));
    return {
      ...done,
      ...common,
      path: options.outFolder,
      manifestSha256,
      base: llm.base_model,
      leftOver: [],
      range: null,
      found: found && { pairs: null, chats: found },
      steps: table.rows,
      llm: report,
    };
  });
}

interface StepParts {
  readonly model: CausalModel;
  readonly values: LlmValues;
  readonly sides: LlmSides;
  readonly most: number;
  readonly options: TrainLlmOptions;
}

function stepsOf({ model, values, sides, most, options }: StepParts): StepsPlan<LlmBatch> {
  const { frozen, settings, baseFolder } = options;
  const { llm, training } = settings;
  const { rows } = sides.train;
  const batches = planChatBatches(
    rows.map(({ tokens }) => tokens.length),
    { ...values, seed: frozen.seed },
  );
  const run: RunIdentity = {
    dataset_sha256: frozen.datasetSha256,
    seed: frozen.seed,
    total_steps: batches.length,
    batch_size: values.batchTokens,
    learning_rate: values.learningRate,
    base_sha256: model.baseSha256,
    max_sequence_length: most,
    settings: canonicalJson({
      micro_batch_tokens: values.microBatchTokens,
      lora: [llm.lora_rank, llm.lora_alpha, llm.lora_dropout, llm.lora_rank_stabilised],
      target_modules: llm.lora_target_modules,
      long_chats: llm.long_chats,
      tokenizer: fileSha256(`${baseFolder}/tokenizer.json`),
      rows: rows.length,
      trained_tokens: sides.train.counts.trained_tokens,
      early_stopping_patience: training.early_stopping_patience,
      early_stopping_steps: training.early_stopping_steps,
    }),
  };
  const trainer = model.trainer({
    learningRate: values.learningRate,
    totalSteps: batches.length,
    seed: frozen.seed,
    ...(values.microBatchTokens !== null && { microBatchTokens: values.microBatchTokens }),
  });
  const watch = async (): Promise<number> => {
    const { loss, weight } = await model.losses(sides.dev);
    return meanLoss(sides.dev.map((_, i) => ({ loss: loss[i] ?? 0, tokens: weight[i] ?? 0 })));
  };
  return {
    trainer,
    run,
    batchOf: (step) => (batches[step] ?? []).flatMap((row) => rows[row] ?? []),
    watch: sides.dev.length > 0 ? watch : null,
  };
}

type LlmBatch = Parameters<ReturnType<CausalModel['trainer']>['trainStep']>[0];

async function scoreChampion(
  folder: string | null,
  open: (more: { readonly adapterFolder: string }) => Promise<CausalModel>,
  score: (model: CausalModel, folder: string) => Promise<LlmScores>,
): Promise<LlmScores | null> {
  if (folder === null) return null;
  return await usingModel(open({ adapterFolder: folder }), (model) => score(model, folder));
}

/** What was asked for and has no meaning here is said, not passed over. */
function notesOf({ overrides = {} }: TrainLlmOptions): readonly string[] {
  const ignored = [
    overrides.training_batch_size === undefined
      ? null
      : 'training_batch_size counts pairs and does not apply to an LLM: llm.batch_tokens does',
    overrides.n_splits === undefined || overrides.n_splits === 0
      ? null
      : 'an LLM is not cross-validated: n_splits does not apply',
  ];
  return ignored.filter((note) => note !== null);
}

function dataLines({ train, holdout, masked }: LlmSides, most: number): readonly string[] {
  const side = (name: string, { counts }: LlmSides['train']): string =>
    `${name}: ${counts.rows} rows, ${counts.trained_tokens} of ${counts.tokens} tokens trained on or measured; ` +
    `${counts.too_long} chats are longer than ${most} tokens, ${counts.answers_left_out} of ${counts.answers} answers are left out by it`;
  return [
    side('training side', train),
    side('holdout side', holdout),
    `${masked} answers of the training side stand, or nearly, on the holdout side: context, not trained`,
  ];
}

/** @throws UserError when the folder is that of no chat model */
function formatIn(folder: string): ChatFormat {
  try {
    return readChatFormat(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it cannot be read';
    throw new UserError('MILLRACE_TRAINING_BASE_MODEL', `the base is no chat model: ${why}`, {
      exitCode: 2,
      cause,
    });
  }
}

const mapValues = <A, B>(of: Readonly<Record<string, A>>, change: (value: A) => B) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)]));
