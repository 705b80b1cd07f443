import type { CleanSession, Role } from '@millrace/shared/domain/session';
import { describe, expect, it } from 'vitest';
import { featureDocs } from './feature-table.ts';
import { pairFeatures } from './features.ts';
import { imperative } from './imperative.ts';
import { language } from './language.ts';
import { lengths } from './lengths.ts';
import { question } from './question.ts';
import { sentiment } from './sentiment.ts';
import { signs } from './signs.ts';
import { textFacts } from './text-facts.ts';

const session = (...said: [Role, string, string | null][]): CleanSession => ({
  key: { source: 'test', sessionId: 's', version: 1 },
  userId: null,
  sessionSha256: 'x',
  messages: said.map(([role, content, timestamp]) => ({ role, content, timestamp })),
});

describe('question', () => {
  it.each([
    ['where is my parcel', 1],
    ['ok so how do I reset it', 1],
    ['can you help me', 1],
    ['Don’t you have it in blue', 1],
    ['I paid twice, right?', 1],
    ['see https://example.com/?q=1 there', 0],
    ['I know where it is', 0],
    ['Can opener needed', 0],
    ['what', 0],
  ])('%s', (text, asks) => {
    expect(question.of(textFacts(text)).question).toBe(asks);
  });
});

describe('imperative', () => {
  it.each([
    ['Please send me the invoice.', 1],
    ['It broke. Tell me what to do', 1],
    ["ok, don't cancel it", 1],
    ['Do not open the box', 1],
    ['Do you open on Sundays', 0],
    ['Book is lost', 0],
    ['The order was late', 0],
    ['', 0],
  ])('%s', (text, demands) => {
    expect(imperative.of(textFacts(text)).imperative).toBe(demands);
  });
});

it('lengths count code points, words and sentences', () => {
  expect(lengths.of(textFacts("I can't. 👍 Really…\nok"))).toEqual({
    characters: 21,
    words: 4,
    sentences: 3,
    words_per_sentence: 4 / 3,
    characters_per_word: 14 / 4,
  });
});

it('signs are shares of what is seen', () => {
  expect(signs.of(textFacts('AB c1! 👍'))).toEqual({
    upper_case_share: 2 / 3,
    digit_share: 1 / 6,
    symbol_share: 2 / 6,
    emojis: 1,
  });
});

it('language tells other languages and scripts', () => {
  const of = (text: string) => language.of(textFacts(text));
  expect(of('I would like to return these shoes because they are too small')).toEqual({
    other_language_share: 0,
    latin_share: 1,
  });
  expect(
    of('ich möchte diese Schuhe zurückgeben, weil sie mir zu klein sind').other_language_share,
  ).toBeGreaterThan(0.5);
  expect(of('пожалуйста, помогите мне').latin_share).toBe(0);
});

it('sentiment hears a negation at the beginning', () => {
  const of = (text: string) => sentiment.of(textFacts(text)).sentiment;
  expect(of('not bad at all')).toBeGreaterThan(0);
  expect(of('Not bad at all')).toBe(of('not bad at all'));
  expect(of('Don’t love it')).toBeLessThan(0);
});

it('pairFeatures() tells of both texts, of the two, and of the session', () => {
  const talk = session(
    ['user', 'My kettle leaks', '2026-01-01T10:00:00Z'],
    ['assistant', 'Which kettle leaks?', '2026-01-01T10:01:30Z'],
    ['user', 'thanks', '2026-01-01T10:00:30Z'],
  );
  expect(
    pairFeatures('My kettle leaks', 'Which kettle leaks?', { session: talk, position: 1 }),
  ).toMatchObject({
    anchor_words: 3,
    positive_question: 1,
    anchor_tfidf_terms: 2,
    reply_word_ratio: 1,
    word_overlap: 0.5,
    answered_share: 0.666667,
    session_messages: 3,
    session_user_messages: 2,
    session_words: 7,
    session_words_per_message: 2.333333,
    session_seconds: 90,
    position: 1,
    position_share: 0.5,
  });
});

it('docs/features.md says what the code says', async () => {
  const page = new URL('../../../../../docs/features.md', import.meta.url).pathname;
  await expect(featureDocs()).toMatchFileSnapshot(page);
});
