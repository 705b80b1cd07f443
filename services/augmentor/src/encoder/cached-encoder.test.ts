import { expect, it } from 'vitest';
import { cachedEncoder } from './cached-encoder.ts';

it('cachedEncoder() asks once for a list, and forgets the oldest over its bound', async () => {
  const asked: string[] = [];
  const cached = cachedEncoder(
    {
      encode: async (texts) => {
        asked.push(texts.join());
        return { rows: Float32Array.of(texts.length), dimension: 1 };
      },
    },
    8, // two rows of one number
  );
  for (const list of [['a'], ['b'], ['a'], ['c'], ['a'], ['b']]) await cached.encode(list);
  expect(asked).toEqual(['a', 'b', 'c', 'b']);
});
