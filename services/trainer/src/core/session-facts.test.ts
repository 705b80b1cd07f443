import { describe, expect, it } from 'vitest';
import { chooseLabel, sessionFacts } from './session-facts.ts';

const documentOf = (labels: object, timestamp: string | null = null) => ({
  conversation_data: {
    messages: [{ role: 'user' }, { role: 'user', timestamp }],
    metadata: { labels: { ...labels } },
  },
});

describe('sessionFacts', () => {
  it('reads labels and the first time, and leaves out what is neither', () => {
    const labels = {
      domains: ['trip', 'bank'],
      rating: 'good',
      turns: 4,
      long: 'x'.repeat(101),
      e: [],
    };
    const facts = sessionFacts(documentOf(labels, '2026-01-01T00:00:01Z'));
    expect([...facts.labels]).toEqual([
      ['domains', 'trip'],
      ['rating', 'good'],
    ]);
    expect(facts.startedAtMs).toBe(Date.UTC(2026, 0, 1, 0, 0, 1));
  });

  it('bears anything', () => {
    for (const conversation_data of [null, 7, [], { messages: 'no', metadata: { labels: [1] } }]) {
      expect(sessionFacts({ conversation_data })).toEqual({ labels: new Map(), startedAtMs: null });
    }
    expect(sessionFacts(documentOf({}, 'yesterday')).startedAtMs).toBeNull();
    expect(sessionFacts(documentOf({}, '3/7/2026')).startedAtMs).toBeNull();
    const withoutZone = sessionFacts(documentOf({}, '2026-01-01T00:00:01'));
    expect(withoutZone.startedAtMs).toBe(Date.UTC(2026, 0, 1, 0, 0, 1)); // in every zone of a machine
  });
});

describe('chooseLabel', () => {
  const labelled = (values: readonly Record<string, string>[]) =>
    values.map((labels) => sessionFacts(documentOf(labels)));

  it('takes the first name with a few values, each of several sessions', () => {
    const sessions = labelled([
      { article: 'a', channel: 'x', topic: 'bank' },
      { article: 'b', channel: 'x', topic: 'trip' },
      { article: 'c', channel: 'x', topic: 'bank' },
      { article: 'd', channel: 'x', topic: 'trip' },
    ]);
    expect(chooseLabel(sessions, null)).toBe('topic');
    expect(chooseLabel(sessions, 'article')).toBe('article');
    expect(chooseLabel(sessions.slice(0, 1), null)).toBeNull();
  });
});
