import type { Backend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Clock } from '@millrace/shared/ports/clock';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import type { Logger } from '@millrace/shared/ports/logger';
import type { ClaimedJob } from './job-store.ts';
import type { TrainingProgress } from './progress.ts';

/** What one attempt at a job needs. */
export interface AttemptOptions {
  readonly job: ClaimedJob;
  readonly store: DeliveryStore;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder of the model to begin with. */
  readonly baseFolder: string;
  /** Loads the library that computes: only once there is something to train. */
  readonly openBackend: () => Promise<Backend>;
  readonly onProgress: (progress: TrainingProgress) => void;
  readonly onCheckpoint: (folder: string) => void;
  readonly signal: AbortSignal;
}
