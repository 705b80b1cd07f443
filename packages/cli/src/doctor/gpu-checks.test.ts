import { expect, it } from 'vitest';
import { gpuChecks } from './gpu-checks.ts';

it('gpuChecks() names each part that is missing and never falls back', async () => {
  const checks = await gpuChecks('/nowhere');
  expect(checks.map(({ name }) => name)).toEqual(['driver', 'card', 'library', 'backend']);
  const said = new Map(checks.map((check) => [check.name, check]));
  expect(said.get('library')).toMatchObject({
    health: 'failed',
    says: expect.stringContaining('/nowhere'),
  });
  expect(said.get('backend')).toMatchObject({
    health: 'failed',
    says: expect.stringMatching(/^a GPU is required, but/),
  });
});
