import type { ChatExample, Example, PairExample } from '@millrace/shared/domain/example';
import type { CrossValidation } from '../core/cross-validation.ts';
import type { AttemptOptions } from './attempt-options.ts';
import type { AttemptPlace } from './attempt-place.ts';
import { crossValidateJob } from './cross-validate-job.ts';
import { trainEmbedding } from './train-embedding.ts';
import { trainLlm } from './train-llm.ts';
import type { TrainOptions } from './train-options.ts';
import type { TrainedModel } from './trained-model.ts';

/** What differs between the kinds of models. All else of an attempt is one: lease, dataset, checkpoints, registration. */
export interface AttemptKind<E extends Example> {
  readonly isOwn: (example: Example) => example is E;
  /** Environment variable that names the folder to begin with. */
  readonly baseVariable: string;
  readonly train: (options: TrainOptions<E>) => Promise<TrainedModel>;
  /** Left out: this kind is not cross-validated, k trainings would take k times as long as the one that counts. */
  readonly crossValidate?: (
    options: AttemptOptions,
    place: AttemptPlace<E>,
  ) => Promise<CrossValidation | null>;
}

export const embeddingKind: AttemptKind<PairExample> = {
  isOwn: (example) => example.kind === 'pair',
  baseVariable: 'MILLRACE_BASE_MODEL',
  train: trainEmbedding,
  crossValidate: crossValidateJob,
};

export const llmKind: AttemptKind<ChatExample> = {
  isOwn: (example) => example.kind === 'chat',
  baseVariable: 'MILLRACE_LLM_BASE_MODEL',
  train: trainLlm,
};
