import { type Settings, settingsSchema } from '@millrace/shared/contracts/settings';
import type { CleanSession, Message, Role } from '@millrace/shared/domain/session';
import type { Side } from '@millrace/shared/domain/side';
import { describe, expect, it } from 'vitest';
import { examplesOf, readSynonyms, type SessionExamples } from '../index.ts';
import { wordEncoder } from '../testing/word-encoder.ts';
import { similarityOf } from './similarity-of.ts';

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

const encoder = wordEncoder();
const rules = { settings, side: 'train', encoder: null } as const;
const banded = (gate: Partial<Settings['augmentation']['gate']>): Settings => ({
  ...settings,
  augmentation: { ...settings.augmentation, gate: { ...settings.augmentation.gate, ...gate } },
});
const measured = { settings: banded({ min_similarity: 0.3 }), side: 'train', encoder } as const;

describe('examplesOf()', () => {
  it('makes pairs, sound copies of what the user said, and one chat', async () => {
    const { examples, techniques } = await examplesOf(travel, {
      settings,
      side: 'train',
      encoder: null,
    });
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

  it('never copies a holdout session', async () => {
    const { examples, techniques } = await examplesOf(travel, {
      settings,
      side: 'holdout',
      encoder,
    });
    expect(examples.map((e) => e.technique)).toEqual(['original', 'original', 'original']);
    expect(Object.keys(techniques)).toEqual(['original']);
    expect(encoder.lists).toEqual([]);
  });

  it('refuses copies outside the band, and says which way', async () => {
    const { lists } = encoder;
    const reasons = async (gate: Partial<Settings['augmentation']['gate']>) => {
      const options = { settings: banded(gate), side: 'train', encoder } as const;
      const { examples, techniques } = await examplesOf(travel, options);
      const copies = examples.filter((e) => e.technique !== 'original');
      return { copies, techniques };
    };
    const free = await reasons({ min_similarity: -1, max_similarity: 1 });
    for (const copy of free.copies) {
      expect(copy.similarity).toBeGreaterThan(0.3);
      expect(copy.similarity).toBeLessThan(1);
    }
    const far = await reasons({ min_similarity: 0.9999 });
    expect(far.copies).toEqual([]);
    expect(far.techniques.synonym?.refused).toHaveProperty('too_far');
    const close = await reasons({ min_similarity: -1, max_similarity: 0.2 });
    expect(close.copies).toEqual([]);
    expect(close.techniques.deletion?.refused).toHaveProperty('too_close');
    for (const { techniques } of [free, far, close])
      for (const { proposed, accepted, refused } of Object.values(techniques))
        expect(Object.values(refused).reduce((a, b) => a + b, accepted)).toBe(proposed);
    // one list a session, sorted, each text once: whatever is encoded beside it cannot matter
    for (const list of lists) expect(list).toEqual([...new Set(list)].sort());
    expect(new Set(lists.map((list) => JSON.stringify(list))).size).toBe(1);
  });

  it('takes of contextual swaps the one that the encoder finds nearest, and none without an encoder', async () => {
    const contextual: Settings = {
      ...banded({ min_similarity: -1, max_similarity: 1 }),
      augmentation: {
        ...banded({ min_similarity: -1, max_similarity: 1 }).augmentation,
        techniques: ['contextual'],
      },
    };
    const own = wordEncoder();
    const made = await examplesOf(travel, { settings: contextual, side: 'train', encoder: own });
    const copies = made.examples.filter((e) => e.technique === 'contextual');
    expect(copies.length).toBeGreaterThan(0);
    const [texts = []] = own.lists;
    const near = similarityOf(texts, await own.encode(texts));
    for (const copy of copies) {
      const parent = made.examples.find((e) => e.id === copy.parentId);
      if (copy.kind !== 'pair' || parent?.kind !== 'pair') throw new TypeError('a copy of no pair');
      const { anchor } = parent;
      const words = anchor.split(' ').length;
      const swaps = texts.filter((t) => t !== anchor && t.split(' ').length === words);
      const best = Math.max(...swaps.map((text) => near(anchor, text)));
      expect(copy.similarity).toBe(best);
    }
    const without = await examplesOf(travel, { ...rules, settings: contextual });
    expect(without.examples.every((e) => e.technique === 'original')).toBe(true);
    expect(without.techniques.contextual?.refused).toHaveProperty('no_encoder');
  });

  it('takes back-translations that are there, by the rules of all copies; never of a holdout session', async () => {
    const back_translation = { url: 'http://mt.test:5000', allowed_hosts: ['mt.test:5000'] };
    const settings = settingsSchema.parse({
      augmentation: { techniques: ['back_translation'], back_translation },
    });
    const [first, second] = travel.messages.filter((m) => m.role === 'user').map((m) => m.content);
    const asked: string[] = [];
    const through = (again: string) => async (texts: readonly string[]) => {
      asked.push(...texts);
      return new Map([[first ?? '', again]]);
    };
    const made = async (again: string, side: Side = 'train') =>
      await examplesOf(travel, { settings, side, encoder: null, translate: through(again) });
    const sound = await made('I would really like a cheap apartment in Berlin for 2 nights');
    expect(sound.examples.filter((e) => e.technique === 'back_translation')).toHaveLength(1);
    expect(asked).toEqual([first, second]);
    expect(sound.techniques.back_translation).toEqual({
      proposed: 2,
      accepted: 1,
      refused: { not_translated: 1 },
    });
    const wrong = await made('I want a cheap apartment in Berlin for 3 nights');
    expect(wrong.techniques.back_translation?.refused).toMatchObject({ numbers_changed: 1 });
    asked.length = 0;
    await made('anything', 'holdout');
    expect(asked).toEqual([]);
    const none = await examplesOf(travel, { settings, side: 'train', encoder: null });
    expect(none.techniques.back_translation?.refused).toEqual({ not_translated: 2 });
  });

  it('refuses what nearly repeats another message of the session', async () => {
    const long =
      'I really want to book a cheap apartment in the old town of the city for my sister';
    const twice = session(
      said(
        ['user', long],
        ['assistant', 'Where?'],
        ['user', long.replace('really ', '')],
        ['assistant', 'Where?'],
      ),
    );
    const { techniques } = await examplesOf(twice, rules);
    expect(techniques.synonym?.refused).toHaveProperty('near_duplicate');
  });

  it('gives each example an id of its own and finite features', async () => {
    const { examples } = await examplesOf(travel, { settings, side: 'train', encoder: null });
    expect(new Set(examples.map((e) => e.id)).size).toBe(examples.length);
    for (const { features } of examples) {
      expect(Object.keys(features).length).toBeGreaterThan(8);
      for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('keeps features finite for emoji, punctuation and one letter', async () => {
    const odd = session(
      said(['user', '👍'], ['assistant', '...'], ['user', '?'], ['assistant', 'k']),
    );
    for (const { features } of (await examplesOf(odd, rules)).examples) {
      for (const value of Object.values(features)) expect(Number.isFinite(value)).toBe(true);
    }
  });

  it('says the same of a session whatever was read before it', async () => {
    const others = Array.from({ length: 20 }, (_, i) =>
      session(
        said(['user', `I quickly lost word${i} and my luggage`], ['assistant', 'oh']),
        `o${i}`,
      ),
    );
    const all = [...others, travel];
    const make = async (list: readonly CleanSession[]) => {
      const made = new Map<string, SessionExamples>();
      for (const s of list) made.set(s.key.sessionId, await examplesOf(s, measured));
      return made;
    };
    expect(await make([...all].reverse())).toEqual(await make(all));
  });

  it('draws other copies for another random_state, and ids stay', async () => {
    const many = { ...settings, augmentation: { ...settings.augmentation, copies_per_example: 3 } };
    const texts = async (random_state: number) => {
      const other = { ...many, training: { ...many.training, random_state } };
      const { examples } = await examplesOf(travel, { ...rules, settings: other });
      return examples.flatMap((e) => (e.kind === 'pair' ? [e.anchor] : [])).join('\n');
    };
    expect(new Set(await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(texts))).size).toBeGreaterThan(1);
  });
});

it('readSynonyms() reads words in the form that they replace', () => {
  const synonyms = readSynonyms();
  expect(synonyms.of('VERB', 'bought')).toEqual(['purchased']);
  expect(synonyms.of('NOUN', 'apartments')).toEqual(['flats']);
  expect(synonyms.of('NOUN', 'bought')).toEqual([]);
});
