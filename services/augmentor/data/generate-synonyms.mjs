/**
 * Writes synonyms.tsv: part of speech, surface form, and the forms that may take its place, each with its limits.
 * `node generate-synonyms.mjs` fetches its inputs (word-tools.mjs).
 *
 * Pairs are those over the thresholds below less synonym-denied.txt, and those of synonym-pairs.txt, which must share a sense in WordNet.
 * A form must lead back to its lemma by an independent lemmatizer; a form of several readings stays only where all of them give
 * the same replacement. No pair is in the table that is an antonym in any sense.
 */
import { writeFileSync } from 'node:fs';
import { writeAntonyms } from './antonym-table.mjs';
import { contentOf, deniedPairs } from './denied-pairs.mjs';
import { surfaceForms } from './surface-forms.mjs';
import { wordTools } from './word-tools.mjs';

/**
 * The shared sense is nearly all that either word means (its share of the lemma's tags in SemCor), both words are seen in it, and neither
 * is of many senses. With laxer ones about half of the pairs that one reads are wrong.
 */
const least = { share: 0.8, total: 3, count: 2 };
const most = { senses: 4, otherSenses: 3 };

const signOf = { before: '>', after: '<', with: '~' };

const { wordnet, forms } = wordTools();

const opposed = new Set(wordnet.antonyms().map(([a, b]) => `${a} ${b}`));
const denied = deniedPairs('./synonym-denied.txt');
const read = readPairs();
const own = new Set(read.map(({ pos, lemma }) => `${pos} ${lemma}`));
const pool = [...overThresholds()].filter(
  ({ pos, lemma, word }) => !own.has(`${pos} ${lemma}`) && !denied.has(`${pos} ${lemma} ${word}`),
);
const pairs = [...pool, ...read].filter((pair) => isSound(pair));
const lines = [...surfaceForms(pairs, forms)]
  .map(([key, words]) => `${key}\t${[...words].sort().join(' ')}`)
  .sort((a, b) => (a < b ? -1 : 1));
const notice =
  '# Derived from WordNet 3.1, Copyright 2011 by Princeton University, by generate-synonyms.mjs. Licence: LICENSE.wordnet.txt';
writeFileSync(new URL('./synonyms.tsv', import.meta.url), `${notice}\n${lines.join('\n')}\n`);
writeAntonyms(wordnet.antonyms(), forms);
process.stderr.write(
  `${pairs.length} pairs (${pool.length} over the thresholds), ${lines.length} forms\n`,
);

function* overThresholds() {
  for (const pos of ['noun', 'verb', 'adj', 'adv']) {
    for (const lemma of wordnet.lemmas(pos)) {
      if (!/^[a-z]{3,}$/.test(lemma)) continue;
      for (const sense of wordnet.senses(pos, lemma)) {
        const usage = wordnet.usage(pos, lemma, sense);
        if (usage.share < least.share || usage.total < least.total || usage.senses > most.senses)
          continue;
        for (const word of wordnet.words(pos, sense)) {
          if (word === lemma || !/^[a-z]{3,}$/.test(word)) continue;
          const other = wordnet.usage(pos, word, sense);
          if (
            other.share < least.share ||
            other.count < least.count ||
            other.senses > most.otherSenses
          )
            continue;
          const frames = pos === 'verb' ? wordnet.frames(sense, word) : [];
          if (
            pos === 'verb' &&
            wordnet.frames(sense, lemma).some((frame) => !frames.includes(frame))
          )
            continue;
          yield { pos, lemma, word, free: false, limits: '' };
        }
      }
    }
  }
}

function isSound({ pos, lemma, word }) {
  const place = pos === 'intj' ? 'noun' : pos;
  const shared = wordnet.share(place, lemma, word);
  const sound = shared && !opposed.has(`${lemma} ${word}`);
  if (!sound) process.stderr.write(`refused: ${pos} ${lemma} > ${word}\n`);
  return sound;
}

function readPairs() {
  const found = [];
  let pos = '';
  for (const line of contentOf('./synonym-pairs.txt')) {
    if (line.startsWith('[')) {
      pos = line.slice(1, -1);
      continue;
    }
    const [lemma, rest] = line.split(' > ');
    const [words, ...limits] = rest.split(' | ');
    for (const word of words.split(' ')) {
      const free = word.endsWith('*');
      found.push({
        pos,
        lemma,
        word: free ? word.slice(0, -1) : word,
        free,
        limits: limits.map(limitOf).join(';'),
      });
    }
  }
  return found;
}

/** `not before a b` -> `>!a,b`: `>` the word behind, `<` the word before, `~` any word of the text. */
function limitOf(text) {
  const [, not, side, words] = /^(not )?(before|after|with) (.+)$/.exec(text);
  return `${signOf[side]}${not ? '!' : ''}${words.split(' ').join(',')}`;
}
