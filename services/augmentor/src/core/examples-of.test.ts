import { settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanSession, Message, Role } from '@millrace/shared/domain/session';
import { describe, expect, it } from 'vitest';
import { augmentorRevision, examplesOf, readSynonyms } from '../index.ts';

const settings = settingsSchema.parse({});
const said = (...lines: [Role, string][]): Message[] =>
  lines.map(([role, content]) => ({ role, content, timestamp: null }));
const session = (messages: Message[], sessionId = 's1'): CleanSession => ({
  key: { source: 'test', sessionId, version: 1 },
  userId: 'u1',
  sessionSha256: sessionId,
  messages,
});
const travel = session(
  said(
    ['system', 'You book rooms.'],
    ['user', 'I really want to book a cheap apartment in Berlin for 2 nights'],
    ['assistant', 'Which part of the town?'],
    ['user', 'I just need something very close to the station'],
    ['assistant', 'There is one.'],
    ['user', 'Thanks'],
  ),
);

describe('examplesOf()', () => {
  it('makes pairs, sound copies of what the user said, and one chat', () => {
    const { examples, techniques } = examplesOf(travel, { settings, side: 'train' });
    const originals = examples.filter((e) => e.technique === 'original');
    expect(originals.map((e) => e.kind)).toEqual(['pair', 'pair', 'chat']);
    const copies = examples.filter((e) => e.technique !== 'original');
    expect(copies.length).toBeGreaterThanOrEqual(3);
    for (const copy of copies) {
      const parent = originals.find((e) => e.id === copy.parentId);
      if (copy.kind !== 'pair' || parent?.kind !== 'pair') throw new TypeError('a copy of no pair');
      expect(copy.positive).toBe(parent.positive);
      expect(copy.anchor).not.toBe(parent.anchor);
      expect(copy.position).toBe(parent.position);
    }
    expect(techniques.original).toEqual({ proposed: 4, accepted: 3, refused: { no_reply: 1 } });
    for (const count of Object.values(techniques)) {
      const refused = Object.values(count.refused).reduce((a, b) => a + b, 0);
      expect(count.accepted + refused).toBe(count.proposed);
    }
  });

  it('never copies a holdout session', () => {
    const { examples, techniques } = examplesOf(travel, { settings, side: 'holdout' });
    expect(examples.map((e) => e.technique)).toEqual(['original', 'original', 'original']);
    expect(Object.keys(techniques)).toEqual(['original']);
  });

  it('gives each example an id of its own and finite features', () => {
    const { examples } = examplesOf(travel, { settings, side: 'train' });
    expect(new Set(examples.map((e) => e.id)).size).toBe(examples.length);
    for (const { features } of examples) {
      expect(Object.keys(features).length).toBeGreaterThan(8);
      for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('keeps features finite for emoji, punctuation and one letter', () => {
    const odd = session(
      said(['user', '👍'], ['assistant', '...'], ['user', '?'], ['assistant', 'k']),
    );
    for (const { features } of examplesOf(odd, { settings, side: 'train' }).examples) {
      for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('says the same of a session whatever was read before it', () => {
    const others = Array.from({ length: 20 }, (_, i) =>
      session(
        said(['user', `I quickly lost word${i} and my luggage`], ['assistant', 'oh']),
        `o${i}`,
      ),
    );
    const all = [...others, travel];
    const make = (list: readonly CleanSession[]) =>
      new Map(list.map((s) => [s.key.sessionId, examplesOf(s, { settings, side: 'train' })]));
    expect(make([...all].reverse())).toEqual(make(all));
  });

  it('draws other copies for another random_state, and ids stay', () => {
    const many = { ...settings, augmentation: { ...settings.augmentation, copies_per_example: 3 } };
    const texts = (random_state: number) =>
      examplesOf(travel, {
        settings: { ...many, training: { ...many.training, random_state } },
        side: 'train',
      })
        .examples.flatMap((e) => (e.kind === 'pair' ? [e.anchor] : []))
        .join('\n');
    expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map(texts)).size).toBeGreaterThan(1);
  });
});

describe('augmentorRevision()', () => {
  it('names the settings that examples depend on, and no others', () => {
    const other = settingsSchema.parse({ augmentation: { copies_per_example: 2 } });
    const unrelated = settingsSchema.parse({ training: { training_num_epochs: 9 } });
    expect(augmentorRevision(other)).not.toBe(augmentorRevision(settings));
    expect(augmentorRevision(unrelated)).toBe(augmentorRevision(settings));
  });
});

it('readSynonyms() reads words in the form that they replace', () => {
  const synonyms = readSynonyms();
  expect(synonyms.of('VERB', 'bought')).toEqual(['purchased']);
  expect(synonyms.of('NOUN', 'apartments')).toEqual(['flats']);
  expect(synonyms.of('NOUN', 'bought')).toEqual([]);
});
