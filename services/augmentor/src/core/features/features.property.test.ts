import type { CleanSession, Message } from '@millrace/shared/domain/session';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatDocs, pairDocs } from './feature-table.ts';
import { chatFeatures, type Features, pairFeatures } from './features.ts';

const long = 100_000;
const repeated = (piece: string) => piece.repeat(Math.ceil(long / piece.length)).slice(0, long);
/** A length at which what should be linear shows. */
const hostile = {
  'one letter': repeated('a'),
  blanks: repeated(' '),
  dashes: repeated('-'),
  apostrophes: repeated("a'"),
  marks: repeated('?!'),
  dots: repeated('a.'),
  lines: repeated('\n'),
  emoji: repeated('👍🏽'),
  joined: repeated('👩‍👩‍👧'),
  'lone surrogates': repeated('\ud800'),
  'lone surrogates of the other half': repeated('\udc00a'),
  marked: `e${repeated('\u0301')}`,
  negated: repeated('not good but '),
  different: Array.from({ length: 16_000 }, (_, i) => `w${i}`).join(' '),
  foreign: repeated('das ist nicht gut '),
  digits: repeated('1'),
  brackets: repeated('(('),
  backticks: repeated('`'),
  capitals: repeated('A'),
  vowels: repeated('ia'),
};

const sessionOf = (...texts: string[]): CleanSession => ({
  key: { source: 'test', sessionId: 's', version: 1 },
  userId: null,
  sessionSha256: 'x',
  messages: texts.map(
    (content, i): Message => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content,
      timestamp: i === 1 ? 'no time' : null,
    }),
  ),
});

const ofPair = (anchor: string, positive: string): Features =>
  pairFeatures(anchor, positive, { session: sessionOf(anchor, positive), position: 0 });

const ofChat = (...texts: string[]): Features => {
  const session = sessionOf(...texts);
  return chatFeatures(session.messages, { session, dropped: 0 });
};

function expectFinite(features: Features, docs: object): void {
  expect(Object.keys(features)).toEqual(Object.keys(docs));
  for (const [name, value] of Object.entries(features)) {
    expect(Number.isFinite(value), name).toBe(true);
    expect(Object.is(value, -0), name).toBe(false);
  }
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', ' ', '.', '?', "'", 'a', '’', '\n') }),
);

describe('features', () => {
  it('are finite and complete for any two texts', () => {
    fc.assert(
      fc.property(anyText, anyText, (anchor, positive) => {
        expectFinite(ofPair(anchor, positive), pairDocs);
        expectFinite(ofChat(anchor, positive), chatDocs);
      }),
    );
  });

  it('are finite for nothing at all', () => {
    expectFinite(ofPair('', ''), pairDocs);
    expectFinite(ofChat(), chatDocs);
  });

  it.each(Object.entries(hostile))('are finite, and read in linear time: %s', (_, text) => {
    expectFinite(ofPair(text, 'a reply'), pairDocs);
    const quarter = text.slice(0, text.length / 4);
    // what is quadratic takes 16 times as long; the least processor time of three, for others use the machine too
    const least = (of: string) =>
      Math.min(
        ...[0, 1, 2].map(() => {
          const begun = process.cpuUsage();
          ofPair(of, 'a reply');
          const { user, system } = process.cpuUsage(begun);
          return (user + system) / 1000;
        }),
      );
    expect(least(text)).toBeLessThan(8 * least(quarter) + 200);
  });

  it('hold their ranges', () => {
    fc.assert(
      fc.property(anyText, anyText, (anchor, positive) => {
        const features = { ...ofPair(anchor, positive) };
        for (const [name, { unit }] of Object.entries(pairDocs)) {
          const range = /^(-?[\d.]+) (?:to|or) (-?[\d.]+)/.exec(unit);
          if (range === null) continue;
          expect(features[name], name).toBeGreaterThanOrEqual(Number(range[1]));
          expect(features[name], name).toBeLessThanOrEqual(Number(range[2]));
        }
      }),
    );
  });
});
