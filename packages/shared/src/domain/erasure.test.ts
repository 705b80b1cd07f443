import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AffectedModel,
  addReceipts,
  type ErasureReceipt,
  linesToRetrain,
  nothingErased,
  subjectSha256,
  subjectsOf,
} from './erasure.ts';

const model = (change: Partial<AffectedModel> = {}): AffectedModel => ({
  model_id: 'm1',
  model_name: 'default',
  model_type: 'embedding',
  use: 'measured',
  certain: false,
  champion: false,
  ...change,
});
const receipt = (change: Partial<ErasureReceipt> = {}): ErasureReceipt => ({
  ...nothingErased,
  ...change,
});

describe('subjectSha256()', () => {
  it('differs by source, kind and id, whatever their characters', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 8 });
    const subject = fc.record({ source: part, kind: fc.constantFrom('session', 'user'), id: part });
    fc.assert(
      fc.property(subject, subject, (a, b) => {
        const isOne = JSON.stringify(a) === JSON.stringify(b);
        expect(subjectSha256(a) === subjectSha256(b)).toBe(isOne);
      }),
    );
  });

  it('names a session by itself and by its user', () => {
    const subjects = subjectsOf({ source: 'shop', sessionId: 's', userId: 'u' });
    expect(subjects.map(({ kind, id }) => `${kind} ${id}`)).toEqual(['session s', 'user u']);
    expect(subjectsOf({ source: 'shop', sessionId: 's', userId: null })).toHaveLength(1);
  });
});

describe('addReceipts()', () => {
  it('adds up, and says the stronger of two things about a model, in any order', () => {
    const a = receipt({
      versions: 2,
      models: [model({ use: 'trained' }), model({ model_id: 'm0' })],
      in_kafka_until: '2026-12-01T00:00:00.000Z',
    });
    const b = receipt({ versions: 1, examples: 3, models: [model({ certain: true })] });
    const sum = addReceipts(a, b);
    expect(sum).toEqual(addReceipts(b, a));
    expect(sum).toMatchObject({
      versions: 3,
      examples: 3,
      models: [model({ model_id: 'm0' }), model({ use: 'trained', certain: true })],
      in_kafka_until: '2026-12-01T00:00:00.000Z',
    });
    expect(addReceipts(nothingErased, a)).toEqual({
      ...a,
      models: sum.models.map((m) => ({ ...m, certain: false })),
    });
  });
});

it('linesToRetrain() names lines whose champion learnt from it, each once', () => {
  const models = [
    model({ use: 'trained', champion: true }),
    model({ use: 'trained', champion: true, model_id: 'm2' }),
    model({ use: 'measured', champion: true, model_name: 'measured' }),
    model({ use: 'trained', model_name: 'replaced' }),
  ];
  expect(linesToRetrain(receipt({ models }))).toEqual(['default/embedding']);
});
