import { rng } from '@millrace/shared/domain/rng';

/** Sentences that the techniques change; `*` is where a lure goes. */
const sentences = (
  'can you help me find * a cheap hotel|I really want to book a table near *|i think that * is pretty good|thanks for your help with *|' +
  'how do i install * on my laptop|maybe we should buy * from the store|I guess the movie about * was boring|it seems * happens very often|' +
  'could you please check * for me|so i am trying to delete * right now|I know he purchased * for the kids|we just need some help with *|' +
  'I do not think that * is wrong|nobody told me about *, but I like it|the doctor said * is completely fine|I hope you choose * soon|' +
  'Hello, I just wanted to reserve * today|that is a really strange answer about *|all of the photos of * are awful|anyway, i started * again|' +
  'he said * was terrible and I agree|i never really liked * either|help me to repair * quickly|is there a way to create *|my error was *'
).split('|');
const lures = [
  'https://example.com/a?really=1&b=cheap,',
  'www.cheap.example',
  'm.keller77@example.com',
  '`npm run build --force`',
  '{{order_id}}',
  '<b>very</b>',
  '```\nbuy cheap please\n```',
  '{"cheap": "car", "n": [1, 2]}',
  '["please", "really"]',
  '20 €',
  '$1,299.00',
  'order 48213',
  'three dozen',
  '7 pm',
  '9:30 a.m.',
  '10-15 %',
  '5 mg twice a day',
  '2026-02-03',
  'Friday',
  'Berlin',
  'Marta Keller',
  "Ben O'Neill",
  'the US',
  'iPhone',
  'McDonald',
  'not this',
  "what doesn't work",
  'nothing',
  'no hotel',
  'one without stairs',
  'what he cant do',
  '#cheap-car',
  '@really',
  'C:\\cheap\\car.txt',
  '~/really/cheap',
  'very_cheap',
  'cheap/large',
  '[CODE_1]',
  '%1$s',
  '192.0.2.17',
  'v0.9.12',
  'a very cheap car',
  'the film',
  'it',
  '👍 really',
  '“please”',
  'really — just that',
];
const ends = ['.', '?', '!', ' …', '', ',', '.  ', '\n', '\t', ' ;'];

/** The nth message of a series: one to four sentences with lures, odd blanks and punctuation; the same each time. */
export function fuzzedMessage(n: number): string {
  const random = rng(n);
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)] ?? '';
  const count = 1 + Math.floor(random() * 4);
  return Array.from({ length: count }, () => {
    const sentence = pick(sentences).replace('*', () => pick(lures));
    const cased = random() < 0.3 ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : sentence;
    const spaced = random() < 0.1 ? cased.replace(' ', '  ') : cased;
    return spaced + pick(ends);
  }).join(' ');
}
