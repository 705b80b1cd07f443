import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { retrievalScores } from './retrieval-metrics.ts';

/** Asked of sentence-transformers; how: golden/retrieval_metrics.py, which draws the same vectors. */
const golden = z
  .object({
    dimension: z.int(),
    tasks: z.array(
      z.object({
        seed: z.int(),
        queries: z.int(),
        corpus: z.int(),
        relevant: z.array(z.array(z.int())),
        metrics: z.record(z.string(), z.number()),
      }),
    ),
  })
  .parse(
    JSON.parse(
      readFileSync(new URL('../../golden/retrieval-metrics.json', import.meta.url), 'utf8'),
    ),
  );

/** Rows of length 1 by the linear congruence of the script, which `state` carries on. */
function vectors(state: { value: number }, rows: number): Float32Array {
  const { dimension } = golden;
  const drawn = Float64Array.from({ length: rows * dimension }, () => {
    state.value = (Math.imul(state.value, 1664525) + 1013904223) >>> 0;
    return state.value / 2 ** 32 - 0.5;
  });
  return Float32Array.from(drawn, (x, i) => {
    const row = Math.floor(i / dimension) * dimension;
    return x / Math.hypot(...drawn.subarray(row, row + dimension));
  });
}

describe('retrievalScores', () => {
  it.each(golden.tasks)(
    'agrees with sentence-transformers on $queries queries of $corpus texts',
    (task) => {
      const state = { value: task.seed };
      const queries = vectors(state, task.queries);
      const corpus = vectors(state, task.corpus);
      const { dimension } = golden;
      const { metrics } = retrievalScores({ queries, corpus, dimension }, task.relevant);
      expect(Object.keys(metrics).toSorted()).toEqual(Object.keys(task.metrics).toSorted());
      for (const [name, value] of Object.entries(task.metrics)) {
        expect(metrics[name], name).toBeCloseTo(value, 12);
      }
    },
  );
});
