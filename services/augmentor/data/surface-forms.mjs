const tagOf = { noun: 'NOUN', verb: 'VERB', adj: 'ADJ', adv: 'ADV', intj: 'INTJ' };

/**
 * Pairs of lemmas as pairs of forms: a form of several readings stays only where all of them give the same replacement.
 * @param all { pos, lemma, word, free, limits }
 * @param forms (pos, lemma) -> form name -> form
 * @returns `TAG\tform` -> the forms that may take its place, with their marks
 */
export function surfaceForms(all, forms) {
  const readings = new Map();
  for (const { pos, lemma, word, free, limits } of all) {
    const from = forms(pos, lemma);
    const to = forms(pos, word);
    for (const [name, form] of Object.entries(from)) {
      if (form === undefined) continue;
      const key = `${tagOf[pos]}\t${form}`;
      const byPair = readings.get(key) ?? new Map();
      readings.set(key, byPair);
      const pair = `${lemma} ${word}`;
      const known = byPair.get(pair) ?? {
        forms: [],
        mark: `${free ? '*' : ''}${limits === '' ? '' : `{${limits}}`}`,
      };
      byPair.set(pair, { ...known, forms: [...known.forms, to[name]] });
    }
  }
  const table = new Map();
  for (const [key, byPair] of readings) {
    const form = key.split('\t')[1];
    for (const {
      forms: [first, ...others],
      mark,
    } of byPair.values()) {
      if (first === undefined || first === form || others.some((other) => other !== first))
        continue;
      table.set(key, (table.get(key) ?? new Set()).add(first + mark));
    }
  }
  return table;
}
