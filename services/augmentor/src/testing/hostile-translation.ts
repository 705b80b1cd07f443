import { type Rng, rngFor } from '@millrace/shared/domain/rng';
import { readText } from '@millrace/text/tokens';
import {
  sentencesToTranslate,
  withTranslations,
} from '../core/techniques/sentences-to-translate.ts';

/** Words that change what a text says, and a few that do not. */
const strays = [
  ...['not', 'never', "don't", 'without', 'no', 'five', 'twice', '7', '12 km', 'Paris', 'NASA'],
  ...['`x`', 'www.a.example', 'Friday', 'tomorrow', 'house', 'really', 'the', 'of', 'good'],
];

/** Sentences that nobody said. */
const inventions = [
  'I like it.',
  'Do not go there!',
  'Ask Maria at 5 pm.',
  'XQ0Z is closed.',
  'Thanks',
];

/**
 * What a bad translator makes of a text, sent as the product sends it: words lost, added, moved, in other cases, and those that
 * stand for protected spans too; sentences answered by nothing, by another one's answer, or with one more.
 */
export function hostileTranslation(text: string, seed: number): string | null {
  const parts = sentencesToTranslate(readText(text));
  const random = rngFor(seed, text, 'hostile');
  const sentences = parts.flatMap(({ sent }) => sent?.text ?? []);
  const answers = sentences.map((sentence) => {
    const words = sentence.split(' ');
    const edits = 1 + Math.floor(random() * 3);
    for (let i = 0; i < edits; i++) edit(words, random);
    return words.join(' ');
  });
  if (answers.length > 1 || random() < 0.2) lie(answers, random);
  const told = new Map(sentences.map((sentence, i) => [sentence, answers[i] ?? null]));
  return withTranslations(parts, (sentence) => told.get(sentence) ?? null);
}

function lie(answers: string[], random: Rng): void {
  const at = Math.floor(random() * answers.length);
  const [one = '', other = one] = [answers[at], answers[at + 1]];
  const invention = inventions[Math.floor(random() * inventions.length)] ?? '';
  const lies = [
    () => answers.splice(at, 1, ''),
    () => answers.splice(at, 2, other, one),
    () => answers.splice(at, 1, `${one} ${invention}`),
    () => answers.splice(at, 1, `${invention} ${one}`),
    () => answers.splice(at, 1, `${one}\n${invention}`),
    () => answers.splice(at, 2, `${one} ${other}`, ''),
    () => answers.splice(at, 2, one, one),
    () => {},
  ];
  lies[Math.floor(random() * lies.length)]?.();
}

function edit(words: string[], random: Rng): void {
  const at = Math.floor(random() * words.length);
  const word = words[at] ?? '';
  const stray = strays[Math.floor(random() * strays.length)] ?? '';
  const changes = [
    () => words.splice(at, 1),
    () => words.splice(at, 1, stray),
    () => words.splice(at, 0, stray),
    () => words.splice(at, 2, words[at + 1] ?? '', word),
    () => words.splice(at, 1, word.toUpperCase()),
    () => words.splice(at, 1, word.charAt(0).toUpperCase() + word.slice(1)),
    () => words.splice(at, 1, word.toLowerCase()),
  ];
  changes[Math.floor(random() * changes.length)]?.();
}
