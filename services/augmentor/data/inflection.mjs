/** Adjectives that take -er and -est; the inflector makes `nervouser` of any other. */
const graded = new Set(
  'large big speedy quick cozy snug damp moist dull cheap hard brave happy glad sick tiny pricey'.split(
    ' ',
  ),
);

/** Nouns without a plural of the same meaning. */
const mass = new Set(
  `assistance help baggage luggage behavior conduct bravery courage cargo freight daybreak dawn debris rubble desperation
  despair flu influenza info information mankind humankind math mathematics nightfall dusk rainfall rain summertime summer
  wintertime winter variety assortment velocity speed beginning start rest remainder pay ammo ammunition housing composure amazement
  astonishment resentment hatred hate retaliation revenge relevance aid perspiration`.split(/\s+/),
);

/** Verbs that double a consonant which neither the inflector nor the lemmatizer's rules double. */
const doubling = new Set(['defer', 'deter']);

/** Forms of a lemma, each accepted only if an independent lemmatizer leads it back. */
export function inflector({ Inflectors, lemmatizer }) {
  const verified = (form, lemma, back) =>
    form !== undefined && /^[a-z]+$/.test(form) && back(form) === lemma ? form : undefined;

  return {
    /** @returns form name -> form, undefined where it could not be verified */
    forms(pos, lemma) {
      const word = new Inflectors(lemma);
      if (pos === 'intj') return { base: lemma };
      if (pos === 'noun') {
        if (mass.has(lemma)) return { base: lemma };
        return { base: lemma, plural: verified(word.toPlural(), lemma, lemmatizer.noun) };
      }
      if (pos === 'verb') {
        const back = lemmatizer.verb;
        if (doubling.has(lemma)) {
          const past = `${lemma}red`;
          return {
            base: lemma,
            third: `${lemma}s`,
            past,
            participle: past,
            gerund: `${lemma}ring`,
          };
        }
        return {
          base: lemma,
          third: verified(word.conjugate('VBZ'), lemma, back),
          past: verified(word.conjugate('VBD'), lemma, back),
          participle: verified(word.conjugate('VBN'), lemma, back),
          gerund: verified(word.conjugate('VBG'), lemma, back),
        };
      }
      if (pos === 'adj' && graded.has(lemma)) {
        const back = lemmatizer.adjective;
        return {
          base: lemma,
          comparative: verified(word.comparative(), lemma, back),
          superlative: verified(word.superlative(), lemma, back),
        };
      }
      return { base: lemma };
    },
  };
}
