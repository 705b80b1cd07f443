import type { FeatureGroup } from './feature.ts';
import { firstWords } from './question.ts';
import type { TextFacts } from './text-facts.ts';

/** Bare verbs that people begin a demand with. */
const verbs = new Set(
  `accept activate add adjust allow answer apply arrange ask assume attach avoid block book boot bring build buy calculate
  call cancel change charge check choose clean clear click close come compare compile confirm connect consider contact
  continue convert copy correct create deactivate delete deliver describe disable discuss do download draw edit email
  enable end ensure enter explain export fetch fill find finish fix follow forget format generate get give go guess help
  hold imagine import include increase insert install keep leave let limit list listen locate lock log look lower make
  mark match merge mention mind move name note notify open order pass pay pick place play point prepare press print
  proceed provide pull push put raise read reboot recommend record redirect reduce refund register reinstall remember
  remind remove rename rent repair repeat replace reply report request reschedule reserve reset restart restore resume
  return review rewrite run save say scan schedule search see select send set share show sign skip sort speak start
  stay stop submit suggest summarise summarize support switch take tell text think transfer translate treat try turn
  type undo uninstall unlock unplug unsubscribe update upgrade upload use verify visit wait wake watch write`.split(
    /\s+/,
  ),
);
const openings = new Set(
  'please pls just now then ok okay so and but also first next hi hello hey yes no well kindly'.split(
    ' ',
  ),
);
/** Behind these a word that looks like a verb is a noun: `Book is lost`, `Order was late`. */
const predicates = new Set(
  "is are was were has had will would can could should did does isn't wasn't".split(' '),
);

/** Whether a text demands something. */
export const imperative: FeatureGroup<TextFacts, 'imperative'> = {
  docs: {
    imperative: {
      unit: '0 or 1',
      meaning:
        "1 when a sentence begins with a bare verb of a list of 190, behind please, just and the like; also `do not` and `don't`.",
    },
  },
  of: ({ sentences }) => ({ imperative: sentences.some(demands) ? 1 : 0 }),
};

function demands(sentence: string): boolean {
  const words = firstWords(sentence);
  const rest = words.slice(words.findIndex((word) => !openings.has(word)));
  const [first = '', second = ''] = rest;
  if (first === "don't" || (first === 'do' && second === 'not')) return true;
  // `do you`, `do I`: a question
  if (first === 'do' && /^(?:i|you|we|they|these|those|the)$/.test(second)) return false;
  return verbs.has(first) && !predicates.has(second);
}
