import { type ModelEvaluated, modelEvaluated } from '@millrace/shared/contracts/events';
import { topics } from '@millrace/shared/contracts/topics';
import { PoisonError } from '@millrace/shared/domain/errors';
import { eventId } from '@millrace/shared/domain/hash';
import type { Transaction } from '@millrace/shared/ports/database';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import { moveChampion } from '@millrace/shared/runtime/champion';
import { holdErasures } from '@millrace/shared/runtime/erasure/erased-versions';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import type { CrossValidation } from '../core/cross-validation.ts';
import type { JobDataset } from './dataset.ts';
import { type ClaimedJob, succeed } from './job-store.ts';
import { LeaseLost } from './lease-lost.ts';
import type { TrainedModel } from './trained-model.ts';
import type { TrainingInputs } from './training-inputs.ts';

/** Code of the error of an attempt whose dataset is no longer whole: the next one freezes anew. */
export const examplesErased = 'MILLRACE_PROCESSING_EXAMPLES_ERASED';

export interface Registration {
  readonly job: ClaimedJob;
  readonly dataset: JobDataset;
  readonly trained: TrainedModel;
  /** What else it takes to train it again. */
  readonly inputs: TrainingInputs;
  /** Null for an automatic run. */
  readonly crossValidation: CrossValidation | null;
  /** Milliseconds since 1970, of the event. */
  readonly nowMs: number;
}

/**
 * Everything that a success changes, in one transaction under the token: the job ends, the model is there, its examples
 * know their dataset, the alias moves when the gate says so, and the event waits in the outbox.
 * May be called again when it is not known whether it was committed.
 * @throws LeaseLost when another attempt holds the job; PoisonError {@link examplesErased} when an example of its dataset was erased while it
 *   trained: the next attempt freezes anew, without it. Nothing is written then
 * @returns the model's id
 */
export async function registerModel(
  store: DeliveryStore,
  registration: Registration,
): Promise<string> {
  const { job, trained } = registration;
  const modelId = `${job.modelType}-${trained.manifestSha256.slice(0, 12)}-${job.jobId.slice(0, 8)}`;
  await store.transaction(async (tx) => {
    await holdErasures(tx);
    if (!(await succeed(tx, job, modelId))) {
      if (await isRegistered(tx, job)) return;
      throw new LeaseLost(job);
    }
    await insertModel(tx, modelId, registration);
    await markExamples(tx, registration.dataset);
    await audit(tx, ['model_registered', modelId], {
      job_id: job.jobId,
      decision: trained.gate.decision,
    });
    const moved = trained.gate.decision === 'promoted' ? await promote(tx, modelId, job) : null;
    await store.appendOutbox(tx, [evaluatedRow(modelId, registration, moved)]);
  });
  return modelId;
}

/** Whether an earlier try of this very attempt was committed and only its answer was lost. */
async function isRegistered(tx: Transaction, { jobId, token }: ClaimedJob): Promise<boolean> {
  const rows = await tx`select 1 from models where job_id = ${jobId} and lease_token = ${token}`;
  return rows.length === 1;
}

async function insertModel(
  tx: Transaction,
  modelId: string,
  { job, dataset, trained, inputs, crossValidation }: Registration,
): Promise<void> {
  const report = {
    losses: trained.losses,
    left_over: trained.leftOver,
    tokens: trained.tokens,
    resumed_at: trained.resumedAt,
    dev_losses: trained.devLosses,
    learning_rate_range: trained.range,
    settings: trained.settings,
    machine: trained.machine,
    steps: trained.steps,
    llm: trained.llm,
    cross_validation: crossValidation,
    gate: {
      gain: trained.gate.gain,
      lower_bound: trained.gate.lowerBound,
      forgotten: trained.gate.forgotten,
      queries: trained.gate.queries,
      groups: trained.gate.groups,
    },
    holdout_looks: trained.holdoutLooks,
    holdout_sha256: dataset.frozen.holdoutSha256,
    revisions: dataset.revisions,
    notes: dataset.notes,
    problems: dataset.result?.problems ?? [],
    forced: job.force,
    inputs,
  };
  await tx`
    insert into models (model_id, job_id, lease_token, model_name, model_type, path, manifest_sha256, dataset_sha256,
      base, metrics, decision, sentence, report)
    values (${modelId}, ${job.jobId}, ${job.token}, ${job.modelName}, ${job.modelType}, ${trained.path},
      ${trained.manifestSha256}, ${dataset.frozen.datasetSha256}, ${trained.base},
      ${JSON.stringify(trained.metrics)}::text::jsonb, ${trained.gate.decision}, ${trained.gate.sentence},
      ${JSON.stringify(report)}::text::jsonb)`;
}

async function markExamples(tx: Transaction, { frozen, revision }: JobDataset): Promise<void> {
  const ids = [...frozen.train, ...frozen.holdout].map((example) => example.id);
  const marked = await tx`
    update examples set first_dataset = coalesce(first_dataset, ${frozen.datasetSha256}),
      last_dataset = ${frozen.datasetSha256}
    where revision = ${revision} and id = any(${ids})`;
  if (marked.count < ids.length)
    throw new PoisonError(
      examplesErased,
      `${ids.length - marked.count} of ${ids.length} examples were erased while a model learnt from them: it is not kept`,
    );
}

type AliasMoved = NonNullable<ModelEvaluated['alias_moved']>;

async function promote(tx: Transaction, modelId: string, line: ClaimedJob): Promise<AliasMoved> {
  const moveId = eventId('alias_moved', modelId);
  const from = await moveChampion(tx, { line, modelId, cause: 'gate', why: null, moveId });
  return { alias: 'champion', from, cause: 'gate' };
}

async function audit(
  tx: Transaction,
  [action, subject]: readonly [string, string],
  detail: object,
): Promise<void> {
  await tx`
    insert into audit (id, action, subject, detail)
    values (${eventId(action, subject)}, ${action}, ${subject}, ${JSON.stringify(detail)}::text::jsonb)
    on conflict (id) do nothing`;
}

function evaluatedRow(
  modelId: string,
  { job, dataset, trained, nowMs }: Registration,
  moved: AliasMoved | null,
) {
  const data = modelEvaluated.parse({
    model_id: modelId,
    model_name: job.modelName,
    model_type: job.modelType,
    job_id: job.jobId,
    path: trained.path,
    dataset_sha256: dataset.frozen.datasetSha256,
    metrics: trained.metrics,
    decision: trained.gate.decision,
    sentence: trained.gate.sentence,
    ...(moved && { alias_moved: moved }),
  });
  const output = {
    topic: topics.modelEvaluated,
    naturalKey: [modelId],
    key: `${job.modelName}/${job.modelType}`,
    data,
    traceparent: job.traceparent,
  };
  return outboxRow(output, { stage: 'trainer', nowMs, traceparent: null });
}
