import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { ModelType } from '@millrace/shared/domain/example';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ModelStore } from '@millrace/shared/ports/model-store';
import type { ClaimedJob } from './job-store.ts';
import type { TrainingProgress } from './progress.ts';

/** Folders of the models to begin with, by model type; null: none was named. */
export type BaseFolders = Readonly<Record<ModelType, string | null>>;

/** What one attempt at a job needs. */
export interface AttemptOptions {
  readonly job: ClaimedJob;
  readonly store: DeliveryStore;
  /** Where models go, and what earlier attempts on other machines left. */
  readonly models: ModelStore;
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
