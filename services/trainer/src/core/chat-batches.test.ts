import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planChatBatches } from './chat-batches.ts';

const plan = { batchTokens: 100, epochs: 2, seed: 1, maxSteps: null };

test('planChatBatches() takes every row once an epoch, as many to a step as fit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 40 }), (lengths) => {
      const steps = planChatBatches(lengths, plan);
      const seen = steps.flat().sort((a, b) => a - b);
      expect(seen).toEqual([...lengths.keys()].flatMap((row) => [row, row]));
      for (const step of steps) {
        const tokens = step.reduce((sum, row) => sum + (lengths[row] ?? 0), 0);
        expect(step.length === 1 || tokens <= 100).toBe(true);
      }
    }),
  );
});

test('planChatBatches() is a function of its seed, shuffles each epoch and keeps to the cap', () => {
  const lengths = Array.from({ length: 30 }, () => 50);
  const steps = planChatBatches(lengths, plan);
  expect(planChatBatches(lengths, plan)).toEqual(steps);
  expect(planChatBatches(lengths, { ...plan, seed: 2 })).not.toEqual(steps);
  expect(steps.slice(0, 15)).not.toEqual(steps.slice(15));
  expect(planChatBatches(lengths, { ...plan, maxSteps: 4 })).toEqual(steps.slice(0, 4));
});
