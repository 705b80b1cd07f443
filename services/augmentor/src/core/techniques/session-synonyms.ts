import { rngFor } from '@millrace/shared/domain/rng';
import type { Synonyms } from './technique.ts';

/** Letters that the forms of one noun share, `flat` and `flats`, `child` and `children`. */
const stem = 4;

/**
 * The synonyms of one session: each noun has at most one there, drawn by the session, in all its forms. So a thing that is called by another
 * word in one copy is called so in all of them; verbs and qualities name nothing and stay free.
 * @param seed what the draw depends on, with the noun's candidates
 */
export function sessionSynonyms(
  synonyms: Synonyms,
  ...seed: readonly (string | number)[]
): Synonyms {
  const weights = new Map<string, number>();
  const weightOf = (word: string): number => {
    const key = word.slice(0, stem);
    const known = weights.get(key) ?? rngFor(0, ...seed, key)();
    weights.set(key, known);
    return known;
  };
  return {
    of(pos, form, place) {
      const fitting = synonyms.of(pos, form, place);
      if (pos !== 'NOUN' || fitting.length === 0) return fitting;
      const [first, ...others] = synonyms.of(pos, form);
      const one = others.reduce(
        (best, word) => (weightOf(word) < weightOf(best) ? word : best),
        first ?? '',
      );
      return fitting.filter((word) => word === one);
    },
  };
}
