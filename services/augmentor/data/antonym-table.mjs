/** Writes the table of opposites that the quality rules read, from WordNet's antonyms of one word each. */
import { writeFileSync } from 'node:fs';

const notice = `/*
 * Made by data/generate-synonyms.mjs. Derived from WordNet 3.1, Copyright 2011 by Princeton University; licence: data/LICENSE.wordnet.txt.
 */
`;

/** @param antonyms [word, opposite, part of speech] @param forms of inflection.mjs: irregular forms are listed, regular ones are not */
export function writeAntonyms(antonyms, forms) {
  const pairs = new Set();
  for (const [a, b, pos] of antonyms) {
    if (!isWord(a) || !isWord(b) || a > b) continue;
    pairs.add(`${a} ${b}`);
    if (pos !== 'verb') continue;
    const [left, right] = [forms(pos, a), forms(pos, b)];
    for (const name of ['past', 'participle']) {
      const [x, y] = [left[name], right[name]];
      if (x === undefined || y === undefined || (x.endsWith('ed') && y.endsWith('ed'))) continue;
      pairs.add([x, y].sort().join(' '));
    }
  }
  const text = [...pairs].sort().join(';');
  const rows = text
    .match(/.{1,4000}/g)
    .map((row) => `  ${JSON.stringify(row).replaceAll("'", "\\'").replace(/^"|"$/g, "'")},`);
  writeFileSync(
    new URL('../src/core/quality/antonym-pairs.ts', import.meta.url),
    `${notice}
/** Pairs of opposites, \`hot cold\`, parted by semicolons: lemmas, and forms of verbs that no rule leads to. */
export const antonymPairs = [
${rows.join('\n')}
].join('');
`,
  );
}

const isWord = (word) => /^[a-z]{2,}$/.test(word ?? '');
