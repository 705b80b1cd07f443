import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protectedRuns } from '../spans.ts';
import { readText } from '../tokens.ts';

const sentencesIn = (text: string): string[] =>
  readText(text).sentences.map(({ start, end }) => text.slice(start, end));

describe('readText().sentences', () => {
  it.each<[string, string[]]>([
    ['I need a room. Can you help me?', ['I need a room.', 'Can you help me?']],
    ['i want it. please book now! ok? thanks', ['i want it.', 'please book now!', 'ok?', 'thanks']],
    ['Wait... what?! No.', ['Wait... what?!', 'No.']],
    ['He said "go home." Then he left.', ['He said "go home."', 'Then he left.']],
    ['no mark at all', ['no mark at all']],
    ['  the first  \n\n - the second. the third\r\n', ['the first', '- the second.', 'the third']],
    ['', []],
    [' \n ', []],
  ])('ends them at marks and at the ends of lines: %j', (text, sentences) => {
    expect(sentencesIn(text)).toEqual(sentences);
  });

  it.each([
    'I met Mr. Smith yesterday',
    'We take e.g. this one, i.e. the red one',
    'Call me at 5 p.m. Tomorrow is fine',
    'It costs 3.50 at www.shop.example/a.b?c=d!e and more',
    'Run `make. Then wait.` please',
    '```\nfirst line. second\n\nthird\n``` is what I typed',
    'He lives in the U.S. government quarter',
  ])('ends none at a point that ends nothing, and cuts nothing protected: %j', (text) => {
    expect(sentencesIn(text)).toEqual([text]);
  });

  it('leaves only blanks between them, and no protected stretch to two of them, in any text', () => {
    const word = fc.constantFrom(
      ...[
        'I',
        'hello',
        'Berlin',
        '5 p.m.',
        'a@b.example',
        '`x. y`',
        '{"a": "b. c"}',
        'U.S.',
        '...',
      ],
      ...[
        '.',
        '?',
        '!',
        '\n',
        '\r\n',
        ' ',
        '\u2028',
        '```',
        '👍',
        '\ud83d',
        'Mr.',
        'www.a.example',
      ],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const text = words.join(' ');
        const { sentences } = readText(text);
        const runs = protectedRuns(text);
        let rest = '';
        let at = 0;
        for (const { start, end } of sentences) {
          expect(start).toBeGreaterThanOrEqual(at);
          const sentence = text.slice(start, end);
          expect(sentence.trimStart()).toBe(sentence);
          // blanks of a code block that is not closed are its own
          if (!runs.some((run) => run.end === end)) expect(sentence.trimEnd()).toBe(sentence);
          rest += text.slice(at, start);
          at = end;
        }
        expect((rest + text.slice(at)).trim()).toBe('');
        for (const run of runs)
          expect(
            sentences.filter(({ start, end }) => start < run.end && run.start < end),
          ).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
