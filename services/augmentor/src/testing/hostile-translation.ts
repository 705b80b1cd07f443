import { type Rng, rngFor } from '@millrace/shared/domain/rng';
import { masked, unmasked } from '../core/techniques/back-translation.ts';

/** Words that change what a text says, and a few that do not. */
const strays = [
  ...['not', 'never', "don't", 'without', 'no', 'five', 'twice', '7', '12 km', 'Paris', 'NASA'],
  ...['`x`', 'www.a.example', 'Friday', 'tomorrow', 'house', 'really', 'the', 'of', 'good'],
];

/** What a bad translator makes of a text: words lost, added, moved, in other cases; what stands for protected spans too. */
export function hostileTranslation(text: string, seed: number): string | null {
  const mask = masked(text);
  if (mask === null) return null;
  const random = rngFor(seed, text, 'hostile');
  const words = mask.text.split(' ');
  const edits = 1 + Math.floor(random() * 3);
  for (let i = 0; i < edits; i++) edit(words, random);
  return unmasked(words.join(' '), mask);
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
