import { expect, test } from 'vitest';
import { adamWStep } from './adamw.ts';

test('adamWStep() makes the kernel of TensorFlow compute the update of PyTorch', () => {
  // PyTorch: p - lr * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
  // TensorFlow: p - lr * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)
  for (const t of [1, 2, 10, 1000]) {
    for (const [m, v] of [
      [1e-3, 1e-6],
      [1e-9, 1e-18], // as small as epsilon, where its place matters
    ] as const) {
      const s = adamWStep(t, 2e-5, { weightDecay: 0.01, clipNorm: 1 });
      const rate = (s.learningRate * Math.sqrt(1 - s.beta2Power)) / (1 - s.beta1Power);
      const tensorflow = (rate * m) / (Math.sqrt(v) + s.epsilon);
      const pytorch = (2e-5 * (m / (1 - 0.9 ** t))) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      expect(tensorflow / pytorch).toBeCloseTo(1, 10);
      expect(s.decay).toBeCloseTo(2e-7, 15);
    }
  }
});
