import { rngFor } from '@millrace/shared/domain/rng';
import { normalise } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import { type Refusal, refusalOf } from '../core/quality.ts';
import { proposeBackTranslation } from '../core/techniques/back-translation.ts';
import { proposeContextual } from '../core/techniques/contextual.ts';
import { proposeDeletions } from '../core/techniques/deletion.ts';
import { proposeInsertions } from '../core/techniques/insertion.ts';
import { proposeSynonyms } from '../core/techniques/synonym.ts';
import type { Propose } from '../core/techniques/technique.ts';
import { readSynonyms, relatedWords } from '../synonym-table.ts';
import { credulousPredictions } from './credulous-predictions.ts';
import { hostileTranslation } from './hostile-translation.ts';

const proposers = {
  synonym: proposeSynonyms,
  insertion: proposeInsertions,
  deletion: proposeDeletions,
  contextual: proposeContextual,
  contextual_masked: (text, random, given) =>
    proposeContextual(text, random, {
      ...given,
      masked: { related: relatedWords(), predict: () => credulousPredictions },
    }),
  back_translation: proposeBackTranslation,
} as const satisfies Record<string, Propose>;
export type JudgedTechnique = keyof typeof proposers;
/** The techniques that need no model. */
export const lexicalTechniques = ['synonym', 'insertion', 'deletion'] as const;
/** With those that do: what the encoder would choose among, also by a model that expects every word everywhere, and what a bad translator sends. */
export const allTechniques: readonly JudgedTechnique[] = [
  ...lexicalTechniques,
  'contextual',
  'contextual_masked',
  'back_translation',
];

const tools = { synonyms: readSynonyms(), read: readText };
const limits = { min_sequence_length: 1, max_sequence_length: 512, quality_threshold: 0.7 };

/** What a technique offers for a text, before any rule. */
export const proposalsOf = (text: string, technique: JudgedTechnique, seed: number): string[] =>
  proposers[technique](text, rngFor(seed, text), {
    ...tools,
    translated: (original) => hostileTranslation(original, seed),
  });

/** At most four copies of a text that pass the hard rules, before any encoder looks at them, and why the other candidates did not. */
export function lexicalCopies(
  text: string,
  technique: JudgedTechnique,
  seed: number,
): { readonly copies: string[]; readonly refused: Refusal[] } {
  const known = new Set([normalise(text)]);
  const copies: string[] = [];
  const refused: Refusal[] = [];
  for (const candidate of proposalsOf(text, technique, seed)) {
    if (copies.length === 4) break;
    const reason = refusalOf(text, candidate, { known, limits });
    if (reason !== null) refused.push(reason);
    else {
      known.add(normalise(candidate));
      copies.push(candidate);
    }
  }
  return { copies, refused };
}
