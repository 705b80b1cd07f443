import type { Settings } from '@millrace/shared/contracts/settings';
import type { Rng } from '@millrace/shared/domain/rng';
import { type MessageLimits, normalise } from '@millrace/text';
import { type Refusal, refusalOf } from './quality.ts';
import { proposeDeletions } from './techniques/deletion.ts';
import { proposeInsertions } from './techniques/insertion.ts';
import { proposeSynonyms } from './techniques/synonym.ts';
import type { Propose, Tools } from './techniques/technique.ts';

/** What the settings may name: each has its line in `proposers`, or this does not compile. */
export type CopyTechnique = Settings['augmentation']['techniques'][number];

const proposers: Readonly<Record<CopyTechnique, Propose>> = {
  synonym: proposeSynonyms,
  insertion: proposeInsertions,
  deletion: proposeDeletions,
};

export interface CopyRequest {
  readonly text: string;
  readonly technique: CopyTechnique;
  /** Accepted copies at most. */
  readonly limit: number;
  /** Normalised texts that no copy may equal; accepted ones are added. */
  readonly known: Set<string>;
  readonly limits: MessageLimits;
}

/**
 * Sound copies of one text, and why the others were refused. A text without a candidate counts as one refused proposal,
 * so proposed = accepted + refused holds for every technique.
 */
export function copiesOf(
  request: CopyRequest,
  random: Rng,
  tools: Tools,
): { readonly texts: string[]; readonly refused: Refusal[] } {
  const texts: string[] = [];
  const refused: Refusal[] = [];
  const candidates = proposers[request.technique](request.text, random, tools);
  if (candidates.length === 0) refused.push('no_candidate');
  for (const candidate of candidates) {
    if (texts.length >= request.limit) break;
    const reason = refusalOf(request.text, candidate, request);
    if (reason !== null) {
      refused.push(reason);
      continue;
    }
    request.known.add(normalise(candidate));
    texts.push(candidate);
  }
  return { texts, refused };
}
