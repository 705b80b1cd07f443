import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Example, ModelType } from '@millrace/shared/domain/example';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { JobDataset } from './dataset.ts';
import type { ClaimedJob } from './job-store.ts';
import type { TrainingProgress } from './progress.ts';

/** Folders of the models to begin with, by model type; null: none was named. */
export type BaseFolders = Readonly<Record<ModelType, string | null>>;

/** What one attempt at a job needs. */
export interface AttemptOptions {
  readonly job: ClaimedJob;
  readonly store: DeliveryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly baseFolders: BaseFolders;
  /** Loads the library that computes: only once there is something to train. */
  readonly openBackend: () => Promise<Backend>;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onCheckpoint: (folder: string) => void;
  readonly signal: AbortSignal;
}

/** Where an attempt works, and on what. */
export interface AttemptPlace<E extends Example> {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly dataset: JobDataset<E>;
  /** Outlives the attempt. */
  readonly workFolder: string;
}
