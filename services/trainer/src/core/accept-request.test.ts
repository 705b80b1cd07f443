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

  it('keeps the techniques that an ablation is about, which no training has', () => {
    const asked = { request_id: 'r3', techniques: ['synonym'] };
    const request = trainingRequested.parse({ ...asked, kind: 'ablation' });
    expect(acceptRequest(request)[0]?.techniques).toEqual(['synonym']);
    for (const wrong of [{}, { kind: 'training' }, { kind: 'ablation', techniques: [] }])
      expect(trainingRequested.safeParse({ ...asked, ...wrong }).success).toBe(false);
    for (const techniques of [['original'], ['no such'], 'synonym'])
      expect(
        trainingRequested.safeParse({ request_id: 'r4', kind: 'ablation', techniques }).success,
      ).toBe(false);
  });

  it('keeps what was asked for in the scope', () => {
    const request = trainingRequested.parse({ request_id: 'r2', force: true, session_id: 's1' });
    expect(acceptRequest(request)[0]).toMatchObject({
      scope: { force: true, session_id: 's1' },
      techniques: null,
    });
  });
});
