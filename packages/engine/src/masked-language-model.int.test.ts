import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, expect, it, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import {
  maskedFolders,
  maskedGolden,
  openMasked,
  worstPrediction,
} from './testing/masked-golden.ts';

vi.setConfig({ testTimeout: 60_000 });

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
}, 300_000);

it.each(maskedFolders)('%s predicts in one graph what transformers predicts', async (name) => {
  if (!backend.native) throw new Error(backend.says);
  const golden = maskedGolden(name);
  const model = openMasked(backend, golden);
  expect(await worstPrediction(model, golden)).toBeLessThan(2e-5);
  model.dispose();
});

it('leaves no tensor behind', async () => {
  const binding = backend.native?.binding;
  if (!binding) throw new Error(backend.says);
  const golden = maskedGolden('tiny-masked-bert');
  const once = async () => {
    const model = openMasked(backend, golden);
    await worstPrediction(model, golden);
    model.dispose();
    return [binding.getNumOfTensors(), binding.getNumOfSavedModels()];
  };
  expect(await once()).toEqual(await once());
});
