import { ensureTensorflow } from '@millrace/local-stack/assets';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Backend, openBackend } from './backend/backend.ts';
import { nativeEngine } from './kernels/native-engine.ts';
import { largestDifference } from './testing/difference.ts';
import { type MarianNumbers, marianNumbers } from './testing/marian-numbers.ts';
import { tinyMarian } from './testing/tiny-marian.ts';
import { translationModel } from './translation-model.ts';

const golden = tinyMarian();
let backend: Backend;
let numbers: MarianNumbers;

vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  backend = await openBackend({ libraryFolder: await ensureTensorflow() });
  if (!backend.native) throw new Error('there is no TensorFlow library');
  numbers = marianNumbers(nativeEngine(backend.native.binding), golden);
}, 300_000);

describe('a Marian net on TensorFlow', () => {
  it('encodes as PyTorch does', () => {
    for (const [i, wanted] of golden.encoder.entries())
      expect(largestDifference(numbers.encoder[i] ?? [], wanted)).toBeLessThan(2e-5);
  });

  it.each(['relu', 'gelu'] as const)('knows %s', (activation) => {
    if (!backend.native) throw new Error('there is no TensorFlow library');
    const { encoder } = marianNumbers(nativeEngine(backend.native.binding), golden, activation);
    const wanted = golden.activations[activation];
    expect(largestDifference(encoder[0] ?? [], wanted)).toBeLessThan(2e-5);
  });

  it('gives the logits of PyTorch, token after token', () => {
    for (const [i, wanted] of golden.logits.entries()) {
      const found = [0, 4, 8].flatMap((time) => [...(numbers.logits[i]?.[time] ?? [])]);
      expect(largestDifference(found, wanted)).toBeLessThan(5e-5);
    }
  });

  it.each(golden.searches)('answers as generate does: $settings', ({ settings, tokens }) => {
    expect(numbers.answers(settings)).toEqual(tokens);
  });

  it('gives all memory back, and the same answers again', async () => {
    const tensors = () => backend.native?.binding.getNumOfTensors() ?? 0;
    const before = tensors();
    const model = await translationModel({ backend, folder: golden.folder });
    const first = await model.translate(golden.texts);
    const used = tensors(); // with the shapes that were seen
    expect(await model.translate(golden.texts)).toEqual(first);
    expect(tensors()).toBe(used);
    model.dispose();
    expect(tensors()).toBe(before);
  });
});
