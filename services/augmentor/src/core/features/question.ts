import type { FeatureGroup } from './feature.ts';
import type { TextFacts } from './text-facts.ts';

const asking = new Set(
  "what when where which who whom whose why how whats wheres whos hows what’s what's where's who's how's".split(
    ' ',
  ),
);
const auxiliaries = new Set(
  "is are am was were do does did can could will would shall should may might must have has had isn't aren't don't doesn't didn't can't couldn't won't wouldn't".split(
    ' ',
  ),
);
const subjects = new Set(
  'i you he she it we they there this that these those anyone anybody someone somebody the a an my your our any'.split(
    ' ',
  ),
);
const openings = new Set(
  'so and but ok okay hi hello hey well oh also then sorry please thanks yes no'.split(' '),
);

/** Whether a text asks. */
export const question: FeatureGroup<TextFacts, 'question_mark' | 'question'> = {
  docs: {
    question_mark: { unit: '0 or 1', meaning: '1 with a question mark outside a link.' },
    question: {
      unit: '0 or 1',
      meaning:
        '1 when it asks by its form: a question mark, or a sentence that begins with a question word, or with an auxiliary before its subject.',
    },
  },
  of: ({ text, sentences }) => {
    const mark = /\?(?:[\s"'”’)!?]|$)/.test(text);
    return { question_mark: mark ? 1 : 0, question: mark || sentences.some(asks) ? 1 : 0 };
  },
};

function asks(sentence: string): boolean {
  const words = firstWords(sentence);
  const [first = '', second = ''] = words.slice(words.findIndex((word) => !openings.has(word)));
  if (asking.has(first)) return words.length > 1;
  return auxiliaries.has(first) && subjects.has(second);
}

/** Six words in lower case: a sentence shows at its beginning whether it asks or demands. */
export function firstWords(sentence: string): readonly string[] {
  const words = sentence
    .slice(0, 200)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu);
  return (words ?? []).slice(0, 6).map((word) => word.replaceAll('’', "'"));
}
