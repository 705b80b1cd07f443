import { aPair } from '@millrace/shared/testing/a-pair';
import { describe, expect, it } from 'vitest';
import { retrievalTask } from './retrieval.ts';
import { retrievalScores } from './retrieval-metrics.ts';

describe('retrievalTask', () => {
  const pairs = [
    aPair({ session: 's1', user: 'ann', position: 0, anchor: 'thanks', positive: 'welcome' }),
    aPair({ session: 's1', user: 'ann', position: 1, anchor: 'where?', positive: 'there' }),
    aPair({ session: 's2', user: 'bob', position: 0, anchor: 'thanks', positive: 'bye' }),
    aPair({ session: 's3', user: 'bob', position: 0, anchor: 'thanks', positive: 'welcome' }),
  ];

  it('asks each text once and counts every reply that followed it as right', () => {
    const task = retrievalTask(pairs);
    const at = task.queries.indexOf('thanks');
    expect(task.queries.toSorted()).toEqual(['thanks', 'where?']);
    expect(task.corpus.toSorted()).toEqual(['bye', 'there', 'welcome']);
    expect(task.relevant[at]?.map((i) => task.corpus[i]).toSorted()).toEqual(['bye', 'welcome']);
    expect(task.groups).toHaveLength(2);
  });

  it('does not depend on the order of the pairs', () => {
    expect(retrievalTask(pairs.toReversed())).toEqual(retrievalTask(pairs));
  });
});

describe('retrievalScores', () => {
  it('computes each metric as by hand', () => {
    // One dimension: the score of a reply is its own number, so the order is 0, 1, 2, ... for every query.
    const corpus = Float32Array.from({ length: 20 }, (_, i) => 1 - i / 100);
    const queries = Float32Array.from([1, 1, 1]);
    const relevant = [[0], [1, 3], [15]]; // ranks 1; 2 and 4; 16
    const { metrics, perQuery } = retrievalScores({ queries, corpus, dimension: 1 }, relevant);
    expect(perQuery).toEqual([1, 1 / 2, 0]);
    expect(metrics['mrr@10']).toBeCloseTo(1.5 / 3, 12);
    expect(metrics['accuracy@1']).toBeCloseTo(1 / 3, 12);
    expect(metrics['recall@1']).toBeCloseTo(1 / 3, 12);
    expect(metrics['recall@5']).toBeCloseTo(2 / 3, 12);
    const second = (1 / Math.log2(3) + 1 / Math.log2(5)) / (1 + 1 / Math.log2(3));
    expect(metrics['ndcg@10']).toBeCloseTo((1 + second) / 3, 12);
    expect(metrics['map@100']).toBeCloseTo((1 + (1 / 2 + 2 / 4) / 2 + 1 / 16) / 3, 12);
  });

  it('ranks equal scores by position and looks at no more than 100', () => {
    const corpus = new Float32Array(150).fill(0.5);
    const scores = (relevant: number[]) =>
      retrievalScores({ queries: Float32Array.of(1), corpus, dimension: 1 }, [relevant]).metrics;
    expect(scores([2])['mrr@10']).toBeCloseTo(1 / 3, 12);
    expect(scores([99])['map@100']).toBeCloseTo(1 / 100, 12);
    expect(scores([100])['map@100']).toBe(0);
  });
});
