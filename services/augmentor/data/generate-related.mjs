/**
 * Writes related.tsv: words that WordNet knows in one sense with another, whichever sense: what a masked language model may choose among.
 * `node generate-related.mjs` fetches its inputs (word-tools.mjs). Nouns are not in it: a thing has one name in a session,
 * that of synonyms.tsv. A verb is there with those alone that take all its complements in that sense (WordNet's sentence frames).
 */
import { writeFileSync } from 'node:fs';
import { deniedPairs } from './denied-pairs.mjs';
import { surfaceForms } from './surface-forms.mjs';
import { wordTools } from './word-tools.mjs';

/** Share of its tags in SemCor that the common sense must have, with the word that goes and with the one that comes, how often it was seen, and tags in all. */
const least = { share: { goes: 0.2, comes: 0.3 }, count: 2, total: 3 };

const { wordnet, forms } = wordTools();

const opposed = new Set(wordnet.antonyms().map(([a, b]) => `${a} ${b}`));
const denied = new Set([
  ...deniedPairs('./synonym-denied.txt'),
  ...deniedPairs('./related-denied.txt'),
]);
const pairs = [...related()].filter(
  ({ pos, lemma, word }) =>
    !opposed.has(`${lemma} ${word}`) &&
    !denied.has(`${pos} ${lemma} ${word}`) &&
    !denied.has(`${pos} ${lemma} *`),
);
const lines = [...surfaceForms(pairs, forms)]
  .map(([key, words]) => `${key}\t${[...words].sort().join(' ')}`)
  .sort((a, b) => (a < b ? -1 : 1));
const notice =
  '# Derived from WordNet 3.1, Copyright 2011 by Princeton University, by generate-related.mjs. Licence: LICENSE.wordnet.txt';
writeFileSync(new URL('./related.tsv', import.meta.url), `${notice}\n${lines.join('\n')}\n`);
process.stderr.write(`${pairs.length} pairs, ${lines.length} forms\n`);

function* related() {
  for (const pos of ['verb', 'adj', 'adv']) {
    for (const lemma of wordnet.lemmas(pos)) {
      if (!/^[a-z]{3,}$/.test(lemma)) continue;
      const seen = new Set();
      for (const sense of wordnet.senses(pos, lemma)) {
        if (!isCommon(pos, lemma, sense, least.share.goes)) continue;
        for (const word of wordnet.words(pos, sense)) {
          if (word === lemma || seen.has(word) || !/^[a-z]{3,}$/.test(word)) continue;
          if (!isCommon(pos, word, sense, least.share.comes) || !takesAll(pos, sense, lemma, word))
            continue;
          seen.add(word);
          yield { pos, lemma, word, free: false, limits: '' };
        }
      }
    }
  }
}

function isCommon(pos, lemma, sense, most) {
  const { share, count, total } = wordnet.usage(pos, lemma, sense);
  return share >= most && count >= least.count && total >= least.total;
}

function takesAll(pos, sense, lemma, word) {
  if (pos !== 'verb') return true;
  const frames = wordnet.frames(sense, word);
  return wordnet.frames(sense, lemma).every((frame) => frames.includes(frame));
}
