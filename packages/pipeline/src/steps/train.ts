import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import {
  type FreezeResult,
  forcedNotes,
  sessionFacts,
  sessionKeyOf,
  type TrainedModel,
  type TrainOptions as TrainModelOptions,
  trainEmbedding,
  trainLlm,
} from '@millrace/trainer';
import type { SessionVersion } from '../core/session-versions.ts';
import type { LlmTraining, ModelTraining } from '../results.ts';
import type { RunProgress } from '../run-progress.ts';

export interface TrainOptions<E extends Example> {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly dataset: FreezeResult<E>;
  /** Of the run: their labels tell domains apart. */
  readonly versions: readonly SessionVersion[];
  readonly settings: Settings;
  /** Must not exist. */
  readonly outFolder: string;
  readonly revisions: Readonly<Record<string, string>>;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The final run: base and candidate on the holdout, the gate's decision, the exported model. */
export async function trainPairs(options: TrainOptions<PairExample>): Promise<ModelTraining> {
  return trainingOf(options, await trainEmbedding(modelOptions(options)));
}

/** The same for the language model. */
export async function trainChats(options: TrainOptions<ChatExample>): Promise<LlmTraining> {
  const trained = await trainLlm(modelOptions(options));
  if (trained.llm === null) throw new RangeError('an LLM training without its report');
  return { ...trainingOf(options, trained), ...trained.llm };
}

function modelOptions<E extends Example>(options: TrainOptions<E>): TrainModelOptions<E> {
  const { dataset, settings, signal, onProgress } = options;
  return {
    backend: options.backend,
    baseFolder: options.baseFolder,
    frozen: dataset,
    facts: new Map(options.versions.map((v) => [sessionKeyOf(v), sessionFacts(v.document)])),
    settings,
    outFolder: options.outFolder,
    revisions: options.revisions,
    notes: notesOf(options),
    onProgress: ({ phase, step, total_steps, loss }) =>
      onProgress({
        phase,
        done: step,
        total: total_steps,
        unit: phase === 'train' ? 'steps' : 'texts',
        loss,
      }),
    ...(signal && { signal }),
  };
}

const notesOf = <E extends Example>({ dataset }: TrainOptions<E>): readonly string[] => [
  ...dataset.notes,
  ...forcedNotes(dataset),
];

function trainingOf<E extends Example>(
  options: TrainOptions<E>,
  trained: TrainedModel,
): ModelTraining {
  const { dataset } = options;
  const { dropped, ...counts } = dataset.counts;
  return {
    dataset_sha256: dataset.datasetSha256,
    holdout_sha256: dataset.holdoutSha256,
    metrics: trained.metrics,
    decision: trained.gate.decision,
    sentence: trained.gate.sentence,
    holdout_looks: trained.holdoutLooks,
    path: trained.path,
    manifest_sha256: trained.manifestSha256,
    losses: trained.losses,
    learning_rate_range: trained.range,
    tokens: trained.tokens,
    counts: { ...counts, dropped: Object.fromEntries(Object.entries(dropped)) },
    settings: trained.settings,
    machine: trained.machine,
    notes: notesOf(options),
    table: trained.steps,
  };
}
