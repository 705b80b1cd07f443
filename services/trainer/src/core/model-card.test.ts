import { describe, expect, it } from 'vitest';
import { embeddingCard, modelCard } from './model-card.ts';

describe('modelCard', () => {
  const card = modelCard({
    modelName: 'support',
    datasetSha256: 'd'.repeat(64),
    holdoutSha256: 'e'.repeat(64),
    counts: { train: 900, holdout: 300 },
    steps: 60,
    metrics: { base: { 'mrr@10': 0.06608 }, candidate: { 'mrr@10': 0.08538 } },
    gate: {
      decision: 'promoted',
      sentence: 'Promoted: it is better',
      gain: 0.02,
      lowerBound: 0.01,
      queries: 300,
      groups: 30,
      forgotten: 0,
    },
    holdoutLooks: 3,
    settings: [{ name: 'training_batch_size', value: 32, origin: 'given' }],
    machine: 'TensorFlow 2.21.0 on the CPU',
    revisions: { augmentor: 'a1' },
    notes: ['not yet ablated'],
    kind: embeddingCard({
      base: 'sentence-transformers/all-MiniLM-L6-v2',
      dimension: 384,
      maxSequenceLength: 256,
      prompts: { query: '', passage: '' },
    }),
  });

  it('begins with the front matter that model hubs read and names data, metrics, settings and machine', () => {
    expect(card).toMatch(/^---\nlibrary_name: sentence-transformers\n/);
    expect(card).toContain('| metric | base | candidate |');
    expect(card).toContain('| mrr@10 | 0.0661 | 0.0854 |');
    expect(card).toContain('Candidates compared on this holdout, this one counted: 3.');
    expect(card).toContain(`dataset \`${'d'.repeat(64)}\``);
    expect(card).toContain('| training_batch_size | 32 | given |');
    expect(card).toContain('Computed on TensorFlow 2.21.0 on the CPU.');
    expect(card).toContain('- not yet ablated');
  });
});
