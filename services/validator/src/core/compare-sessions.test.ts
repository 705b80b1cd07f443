import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparedSession, compareSessions } from './compare-sessions.ts';

const talk = [
  'Good morning, I would like to move into a flat near the river.',
  'Gladly, how many rooms should the flat near the river have?',
  'Two bedrooms and a kitchen with a window, if that is possible.',
  'There is one on the second floor, would Thursday suit you for a visit?',
  'Thursday is fine, please write it down for me and thank you.',
];
const sessionOf = (line: number, over: Partial<ComparedSession> = {}): ComparedSession => ({
  line,
  sessionId: `s${line}`,
  contentSha256: `hash of ${line}`,
  texts: talk,
  ...over,
});
/** One letter doubled in every message. */
const typed = talk.map((text) => text.replace(/([aeiou])/u, '$1$1'));
const other = talk.map((_, i) => `Sentence ${'abcde'[i]} of a wholly different matter, ${i}.`);

describe('compareSessions()', () => {
  it('tells a redelivery, a newer version, a copy and a near copy from an earlier line', () => {
    const found = compareSessions([
      sessionOf(0),
      sessionOf(1, { sessionId: 's0', contentSha256: 'hash of 0' }),
      sessionOf(2, { sessionId: 's0', texts: other }),
      sessionOf(3, { texts: talk.map((text) => ` ${text.toUpperCase()}`) }),
      sessionOf(4, { texts: typed }),
      sessionOf(5, { texts: other }),
    ]);
    expect(found).toMatchObject([
      { line: 1, ofLine: 0, finding: { code: 'dup_session_same_id', value: 'same' } },
      { line: 2, ofLine: 0, finding: { code: 'dup_session_same_id', value: 'changed' } },
      { line: 3, ofLine: 0, finding: { code: 'dup_session_new_id' } },
      { line: 4, ofLine: 0, finding: { code: 'near_dup_session', threshold: 0.8 } },
    ]);
    expect(found.every(({ finding }) => finding.action === 'note')).toBe(true);
    expect(found[3]?.finding.value).toBeGreaterThan(0.8);
  });

  it('lets sessions of one template with other words apart', () => {
    const slots = ['Rome', 'Amsterdam', 'Kinshasa', 'Montevideo'].map((city, line) =>
      sessionOf(line, {
        texts: [
          'Hello, how can I help?',
          `What is it like in ${city} on ${['Friday', 'Monday'][line % 2]}?`,
          `It will be ${['mild', 'stormy', 'hot and dry', 'foggy'][line]} all day long in ${city}`,
          'Is there anything else that I can do for you?',
        ],
      }),
    );
    expect(compareSessions(slots)).toEqual([]);
  });

  it('compares nothing with silence: empty and unreadable lines repeat nobody', () => {
    const empty = { sessionId: null, texts: [] };
    const blank = { texts: ['', ' ', '👍'] };
    expect(compareSessions([0, 1].map((line) => sessionOf(line, empty)))).toEqual([]);
    expect(compareSessions([0, 1].map((line) => sessionOf(line, { texts: ['', ' '] })))).toEqual(
      [],
    );
    expect(compareSessions([sessionOf(0, blank), sessionOf(1, { texts: ['', '🔥'] })])).toEqual([]);
  });

  it('is a function of the set: the order in which lines are given changes nothing', () => {
    const texts = fc.constantFrom(talk, typed, other, talk.slice(1), [...talk, 'Bye']);
    const id = fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    const sets = fc.array(fc.record({ sessionId: id, texts }), { maxLength: 20 });
    const shuffled = sets
      .map((all) => all.map((session, line) => sessionOf(line, session)))
      .chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      );
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        const found = compareSessions(all);
        expect(compareSessions(mixed)).toEqual(found);
        expect(found.every(({ line, ofLine }) => ofLine < line)).toBe(true);
        expect(new Set(found.map(({ line }) => line)).size).toBe(found.length);
      }),
    );
  });
});

const folder = path.resolve(import.meta.dirname, '../../../../../shared/datasets');

/** Contents only: the labelled sets say which lines repeat which. */
function readLines(name: string): ComparedSession[] {
  const lines = gunzipSync(readFileSync(path.join(folder, name)))
    .toString()
    .split('\n');
  return lines.map((text, line) => {
    try {
      const { session_id, conversation_data } = JSON.parse(text);
      const contents: unknown[] = conversation_data.messages.map(
        (m: { content: unknown }) => m.content,
      );
      const texts = contents.map((c) => (typeof c === 'string' ? c : ''));
      return sessionOf(line, {
        sessionId: session_id ?? null,
        contentSha256: JSON.stringify(texts),
        texts,
      });
    } catch {
      return sessionOf(line, { sessionId: null, texts: [] });
    }
  });
}

const here = existsSync(folder);
describe.skipIf(!here)(
  `compareSessions() on STAR${here ? '' : ` (SKIPPED: ${folder} is missing)`}`,
  () => {
    it('finds every planted repeat with its original, and nothing else', () => {
      const labels = gunzipSync(readFileSync(path.join(folder, 'star.dirty.dev.labels.jsonl.gz')));
      const planted = labels
        .toString()
        .trim()
        .split('\n')
        .flatMap((text) => {
          const { line, defects } = JSON.parse(text);
          return defects.flatMap((d: { type: string; of_line: number }) =>
            /dup_session/.test(d.type) ? [`${line} ${d.type} ${d.of_line}`] : [],
          );
        });
      expect(planted.length).toBeGreaterThan(15);
      const found = compareSessions(readLines('star.dirty.dev.jsonl.gz'));
      expect(found.map((r) => `${r.line} ${r.finding.code} ${r.ofLine}`)).toEqual(planted);
    });

    it('names under 1 % of the natural, template-heavy sessions', { timeout: 60_000 }, () => {
      const sessions = readLines('star.train.jsonl.gz');
      expect(sessions.length).toBeGreaterThan(2700);
      expect(compareSessions(sessions).length).toBeLessThan(27);
    });
  },
);
