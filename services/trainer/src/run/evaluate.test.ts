import { expect, it } from 'vitest';
import { evaluate, type TextEncoder } from './evaluate.ts';

it('evaluate() puts prompts before the texts, encodes each once and says how far it is', async () => {
  const seen: string[] = [];
  const model: TextEncoder = {
    dimension: 2,
    encode: async (texts, { onProgress } = {}) => {
      seen.push(...texts);
      onProgress?.(texts.length);
      // whatever ends alike points the same way
      return Float32Array.from(texts.flatMap((text) => (text.endsWith('a') ? [1, 0] : [0, 1])));
    },
  };
  const task = {
    queries: ['a', 'b'],
    corpus: ['b', 'a'],
    relevant: [[1], [0]],
    groups: ['u', 'v'],
  };
  const done: [number, number][] = [];
  const options = {
    batchSize: 8,
    onProgress: (count: number, total: number) => done.push([count, total]),
  };
  const plain = await evaluate(model, task, options);
  expect(seen).toEqual(['a', 'b']);
  expect(plain.metrics['mrr@10']).toBe(1);
  const prompts = { query: 'ask: ', passage: 'say: ' };
  const prompted = await evaluate(model, task, { ...options, prompts });
  expect(seen.slice(2)).toEqual(['ask: a', 'ask: b', 'say: b', 'say: a']);
  expect(prompted.metrics['mrr@10']).toBe(1);
  expect(done).toEqual([
    [2, 2],
    [4, 4],
  ]);
});
