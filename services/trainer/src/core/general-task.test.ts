import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generalTask, readGeneralSentences } from './general-task.ts';

const file = readFileSync(new URL('../../data/general-sentences.tsv', import.meta.url), 'utf8');

describe('the general sentences', () => {
  const sentences = readGeneralSentences(file);

  it('are sixty, and no text is there twice', () => {
    expect(sentences).toHaveLength(60);
    expect(new Set(sentences.flat()).size).toBe(180);
  });

  it('ask for the paraphrase of each among the paraphrases and lookalikes of all', () => {
    const { queries, corpus, relevant } = generalTask(sentences);
    expect(queries).toHaveLength(60);
    expect(corpus).toHaveLength(120);
    for (const [i, [sentence, paraphrase, lookalike]] of sentences.entries()) {
      expect(queries[i]).toBe(sentence);
      expect(relevant[i]?.map((at) => corpus[at])).toEqual([paraphrase]);
      expect(corpus).toContain(lookalike);
    }
  });
});

describe('readGeneralSentences', () => {
  it('refuses a line without three texts, by its number', () => {
    expect(() => readGeneralSentences('a\tb\tc\na\tb\n')).toThrow('line 2 ');
    expect(() => readGeneralSentences('a\tb\tc\td\n')).toThrow('line 1 ');
    expect(() => readGeneralSentences('a\t\tc\n')).toThrow('line 1 ');
  });
});
