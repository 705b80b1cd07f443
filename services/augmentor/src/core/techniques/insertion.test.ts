import { rngFor } from '@millrace/shared/domain/rng';
import { readText } from '@millrace/text/tokens';
import { describe, expect, it, vi } from 'vitest';
import { readSynonyms } from '../../synonym-table.ts';
import { proposeInsertions } from './insertion.ts';

vi.setConfig({ testTimeout: 60_000 });

const tools = { synonyms: readSynonyms(), read: readText };
const distinct = (text: string) => [
  ...new Set(
    Array.from({ length: 20 }, (_, seed) =>
      proposeInsertions(text, rngFor(seed, text), tools),
    ).flat(),
  ),
];

describe('proposeInsertions()', () => {
  it.each([
    ['Can you help me with this?', 'Can you please help me with this?'],
    ['help me find a flight', 'help me to find a flight'],
    ['Yes. I think the movie is long', 'Yes. I think that the movie is long'],
    ["I'm glad he ended up there", "I'm glad that he ended up there"],
    ['Right, I like that band', 'Right, I really like that band'],
    ["It's a good movie", "It's a really good movie"],
    ['Hello, i want to go home', 'Hello, i just want to go home'],
    ["i'm using the old kernel", "i'm currently using the old kernel"],
    ['How do I install it?', 'How exactly do I install it?'],
    ['Thanks for your help today', 'Thanks for all your help today'],
    ['all the songs are long', 'all of the songs are long'],
    ['I need help now. Bye', 'So I need help now. Bye'],
    ['is there a way to do it', 'so is there a way to do it'],
  ])('says %s as %s', (text, copy) => {
    expect(distinct(text)).toContain(copy);
  });

  it.each([
    'Yes please',
    'I do not think the movie is long',
    'I really do like it, just because',
    "No, I'm good thanks",
    "Can you believe it isn't true?",
    'Can you please help me with this?',
    'what do you think I am',
    'How are you today?',
    'Is there a way to do it?',
    'I `need` `help`',
    'we had such a good time',
    'then would I need to run it?',
    "We're having a party for John!",
  ])('finds no sure place in: %s', (text) => {
    expect(distinct(text).filter((copy) => !/^(?:so|well) /i.test(copy))).toEqual([]);
  });

  it.each([
    'I agree. Did you know that?',
    'i doubt it, we lost',
    'I know! It was the best',
    'i just did',
    'I am! He is going to play',
  ])('opens no reaction: %s', (text) => {
    expect(distinct(text).filter((copy) => /^(?:so|well) /i.test(copy))).toEqual([]);
  });

  it('adds exactly one word and one blank, and changes nothing else', () => {
    const text = '  Well ,  I think  she knows\tthat I like it …  and I hope they   do \n';
    for (const copy of distinct(text)) {
      let same = 0;
      while (copy[same] === text[same]) same++;
      const added = copy.length - text.length;
      const rest = [
        copy.slice(0, same) + copy.slice(same + added),
        copy.slice(0, same - 1) + copy.slice(same - 1 + added),
      ];
      expect(rest).toContain(text);
      expect(copy.split(/\s+/).length).toBe(text.split(/\s+/).length + 1);
    }
    expect(distinct(text).length).toBeGreaterThan(1);
  });
});
