import type { ModelStore } from '@millrace/shared/ports/model-store';
import type { ClaimedJob, Lease } from './job-store.ts';

/** Names below the store's root. The token in them keeps a late writer away from what a newer attempt has written. */
export const storePlaces = ({ root }: Pick<ModelStore, 'root'>) => ({
  model: ({ modelName, modelType, jobId }: ClaimedJob, token: number): string =>
    `${root}/models/${modelName}/${modelType}/run-${token}-${jobId}`,
  dataset: (sha256: string): string => `${root}/datasets/${sha256}.ndjson`,
  job: ({ jobId }: Pick<Lease, 'jobId'>): string => `${root}/jobs/${jobId}`,
  attempt: ({ jobId, token }: Lease): string => `${root}/jobs/${jobId}/token-${token}`,
});
