import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { PairExample } from '@millrace/shared/domain/example';
import { type FreezeResult, forcedNotes, trainEmbedding } from '@millrace/trainer';
import type { EmbeddingTraining } from '../results.ts';
import type { RunProgress } from '../run-progress.ts';

export interface TrainOptions {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly dataset: FreezeResult<PairExample>;
  readonly settings: Settings;
  /** Must not exist. */
  readonly outFolder: string;
  readonly revisions: Readonly<Record<string, string>>;
  readonly onProgress: (progress: RunProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** The final run: base and candidate on the holdout, the gate's decision, the exported model. */
export async function train(options: TrainOptions): Promise<EmbeddingTraining> {
  const { dataset, settings, signal } = options;
  const notes = [...dataset.notes, ...forcedNotes(dataset)];
  const trained = await trainEmbedding({
    backend: options.backend,
    baseFolder: options.baseFolder,
    frozen: dataset,
    settings,
    outFolder: options.outFolder,
    revisions: options.revisions,
    notes,
    onProgress: ({ phase, step, total_steps, loss }) =>
      options.onProgress({
        phase,
        done: step,
        total: total_steps,
        unit: phase === 'train' ? 'steps' : 'texts',
        loss,
      }),
    ...(signal && { signal }),
  });
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
    notes,
    table: trained.steps,
  };
}
