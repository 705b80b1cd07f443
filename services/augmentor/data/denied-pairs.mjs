import { readFileSync } from 'node:fs';

/** Lines of a file of this folder without notes and empty ones. */
export function contentOf(name) {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** `pos lemma word` of each refusal of a list: lines `pos lemma > words; lemma > words`, and reasons in brackets. */
export function deniedPairs(name) {
  const refused = new Set();
  for (const line of contentOf(name)) {
    if (line.startsWith('[')) continue;
    const [pos] = line.split(' ', 1);
    for (const entry of line.slice(pos.length + 1).split('; ')) {
      const [lemma, words] = entry.split(' > ');
      for (const word of words.split(' ')) refused.add(`${pos} ${lemma} ${word}`);
    }
  }
  return refused;
}
