import { trainingRequested } from '@millrace/shared/contracts/events';
import { describe, expect, it } from 'vitest';
import { acceptRequest } from './accept-request.ts';

describe('acceptRequest', () => {
  it('makes one job a model type, with the same ids each time', () => {
    const request = trainingRequested.parse({
      request_id: 'r1',
      model_type: 'all',
      overrides: { max_steps: 9 },
    });
    const jobs = acceptRequest(request);
    expect(jobs.map((job) => job.modelType)).toEqual(['embedding', 'llm']);
    expect(new Set(jobs.map((job) => job.jobId)).size).toBe(2);
    expect(jobs[0]).toMatchObject({
      requestId: 'r1',
      modelName: 'default',
      overrides: { max_steps: 9 },
    });
    expect(acceptRequest(request)).toEqual(jobs);
  });

  it('keeps what was asked for in the scope', () => {
    const request = trainingRequested.parse({ request_id: 'r2', force: true, session_id: 's1' });
    expect(acceptRequest(request)[0]?.scope).toEqual({ force: true, session_id: 's1' });
  });
});
