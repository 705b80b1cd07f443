import type { Backend } from '@millrace/engine';
import type { Example } from '@millrace/shared/domain/example';
import type { JobDataset } from './dataset.ts';

/** Where an attempt works, and on what. */
export interface AttemptPlace<E extends Example> {
  readonly backend: Backend;
  readonly baseFolder: string;
  readonly dataset: JobDataset<E>;
  /** Outlives the attempt. */
  readonly workFolder: string;
}
