import { rngFor } from '@millrace/shared/domain/rng';
import { normalise } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import { type Refusal, refusalOf } from '../core/quality.ts';
import { proposeDeletions } from '../core/techniques/deletion.ts';
import { proposeInsertions } from '../core/techniques/insertion.ts';
import { proposeSynonyms } from '../core/techniques/synonym.ts';
import type { Propose } from '../core/techniques/technique.ts';
import { readSynonyms } from '../synonym-table.ts';

/** The techniques that need no model, by name. */
const lexical = {
  synonym: proposeSynonyms,
  insertion: proposeInsertions,
  deletion: proposeDeletions,
} as const satisfies Record<string, Propose>;
export type LexicalTechnique = keyof typeof lexical;
export const lexicalTechniques: readonly LexicalTechnique[] = ['synonym', 'insertion', 'deletion'];

const tools = { synonyms: readSynonyms(), read: readText };
const limits = { min_sequence_length: 1, max_sequence_length: 512, quality_threshold: 0.7 };

/** At most four copies of a text that pass the hard rules, before any encoder looks at them, and why the other candidates did not. */
export function lexicalCopies(
  text: string,
  technique: LexicalTechnique,
  seed: number,
): { readonly copies: string[]; readonly refused: Refusal[] } {
  const known = new Set([normalise(text)]);
  const copies: string[] = [];
  const refused: Refusal[] = [];
  for (const candidate of lexical[technique](text, rngFor(seed, text), tools)) {
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
