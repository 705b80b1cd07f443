import type { Lease } from './job-store.ts';

/** Another attempt holds the job now: whatever this one made is discarded. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  readonly code = 'MILLRACE_TRAINING_LEASE_LOST';

  constructor({ jobId, token }: Lease) {
    super(`job ${jobId} is no longer held by token ${token}`);
  }
}
