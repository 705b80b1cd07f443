import { expect, it } from 'vitest';
import { storedCheckpoints } from './stored-checkpoints.ts';

const job = 's3://bucket/fleet/jobs/0b1c';

it('storedCheckpoints() gives those that have a manifest, the newest first, the newer attempt of equals', () => {
  const files = [
    `${job}/token-1/kept/scores-a.json`,
    `${job}/token-1/step-00000008/MANIFEST.json`,
    `${job}/token-1/step-00000008/tensors.safetensors`,
    `${job}/token-1/step-00000016/tensors.safetensors`,
    `${job}/token-2/step-00000008/MANIFEST.json`,
    `${job}/token-10/step-00000012/MANIFEST.json`,
    `${job}/token-10/step-00000012/MANIFEST.json/odd`,
    `${job}/token-x/step-00000099/MANIFEST.json`,
  ];
  expect(storedCheckpoints(files.map((address) => ({ address, bytes: 1 })))).toEqual([
    { address: `${job}/token-10/step-00000012`, token: 10, name: 'step-00000012', step: 12 },
    { address: `${job}/token-2/step-00000008`, token: 2, name: 'step-00000008', step: 8 },
    { address: `${job}/token-1/step-00000008`, token: 1, name: 'step-00000008', step: 8 },
  ]);
});
