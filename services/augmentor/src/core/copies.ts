import type { Settings } from '@millrace/shared/contracts/settings';
import type { Rng } from '@millrace/shared/domain/rng';
import { type MessageLimits, normalise } from '@millrace/text';
import { type GateLimits, type GateRefusal, gateRefusalOf } from './gate.ts';
import type { NearOthers } from './near-others.ts';
import { type Refusal, refusalOf } from './quality.ts';
import { proposeBackTranslation } from './techniques/back-translation.ts';
import { proposeContextual } from './techniques/contextual.ts';
import { proposeDeletions } from './techniques/deletion.ts';
import { proposeInsertions } from './techniques/insertion.ts';
import { proposeSynonyms } from './techniques/synonym.ts';
import type { Propose, Tools } from './techniques/technique.ts';

/** What the settings may name: each has its line in `proposers`, or this does not compile. */
export type CopyTechnique = Settings['augmentation']['techniques'][number];

/**
 * `near_duplicate`: it nearly repeats another message of its session; across sessions the freeze looks for them.
 * `no_encoder`: the technique takes what an encoder finds nearest, and there is none. `no_masked_lm`: the settings name a masked
 * language model, and there is none. `not_translated`: no translator, or it
 * refused the text, or lost a word that stood for something protected.
 */
export type CopyRefusal =
  | Refusal
  | GateRefusal
  | 'near_duplicate'
  | 'no_encoder'
  | 'no_masked_lm'
  | 'not_translated';

const proposers: Readonly<Record<CopyTechnique, Propose>> = {
  synonym: proposeSynonyms,
  insertion: proposeInsertions,
  deletion: proposeDeletions,
  contextual: proposeContextual,
  back_translation: proposeBackTranslation,
};

/** Of these all candidates are measured, and the nearest is taken; of the others the first that will do. */
const nearest: ReadonlySet<CopyTechnique> = new Set(['contextual'] as const);

/** Candidates beyond the copies wanted that are measured too, in case the gate refuses some: each costs an encoded text. */
const spare = 1;

export interface ProposalRequest {
  readonly text: string;
  readonly technique: CopyTechnique;
  /** Copies wanted at most. */
  readonly limit: number;
  /** Normalised texts of the session that no copy may equal. */
  readonly known: ReadonlySet<string>;
  /** Whether a candidate nearly repeats another message of the session. */
  readonly isNearOther: (candidate: string) => boolean;
  readonly limits: MessageLimits;
}

/** What a technique offers for one text and no rule refuses, best first. */
export interface Proposals {
  readonly technique: CopyTechnique;
  readonly candidates: readonly string[];
  readonly refused: readonly CopyRefusal[];
}

/** Candidates that pass every rule that needs no model: the first few, for each further one costs an encoded text. */
export function proposalsOf(request: ProposalRequest, random: Rng, tools: Tools): Proposals {
  const { text, technique, limit } = request;
  const candidates: string[] = [];
  const refused: CopyRefusal[] = [];
  const known = new Set(request.known);
  const proposed = proposers[technique](text, random, tools);
  if (proposed.length === 0) refused.push(nothingOffered(technique, tools));
  for (const candidate of proposed) {
    if (!nearest.has(technique) && candidates.length >= limit + spare) break;
    const reason =
      refusalOf(text, candidate, { ...request, known }) ??
      (request.isNearOther(candidate) ? 'near_duplicate' : null);
    if (reason === null) {
      candidates.push(candidate);
      known.add(normalise(candidate));
    } else refused.push(reason);
  }
  return { technique, candidates, refused };
}

function nothingOffered(technique: CopyTechnique, { masked }: Tools): CopyRefusal {
  if (technique === 'back_translation') return 'not_translated';
  return technique === 'contextual' && masked === null ? 'no_masked_lm' : 'no_candidate';
}

/** Cosine of two texts of the session; null: nobody measures, rules alone decide. */
export type Similarity = ((a: string, b: string) => number) | null;

export interface AcceptedCopy {
  readonly text: string;
  /** To its original; null when nobody measured. */
  readonly similarity: number | null;
}

export interface Selection {
  readonly text: string;
  readonly limit: number;
  /** Place of the text in its session. */
  readonly position: number;
  /** Normalised copies that the session has; accepted ones are added. */
  readonly taken: Set<string>;
  /** The same copies by message; accepted ones are added. */
  readonly copies: NearOthers;
  readonly gate: GateLimits;
  readonly similarity: Similarity;
}

/**
 * The sound copies of one text, and why the others were refused: proposed = accepted + refused holds for every technique,
 * where a text without a candidate is one refused proposal. Candidates behind the last one wanted count as not proposed.
 */
export function selectCopies(
  { technique, candidates, refused }: Proposals,
  selection: Selection,
): { readonly accepted: readonly AcceptedCopy[]; readonly refused: readonly CopyRefusal[] } {
  const { text, limit, position, taken, copies, similarity } = selection;
  const accepted: AcceptedCopy[] = [];
  const all = [...refused];
  const measured = candidates.map((candidate) => ({
    candidate,
    near: similarity === null ? null : similarity(text, candidate),
  }));
  if (nearest.has(technique)) {
    if (similarity === null)
      return { accepted, refused: [...all, ...candidates.map(() => 'no_encoder' as const)] };
    measured.sort((a, b) => (b.near ?? 0) - (a.near ?? 0) || (a.candidate < b.candidate ? -1 : 1));
  }
  for (const { candidate, near } of measured) {
    if (accepted.length >= limit) break;
    const reason = refusalBeside(candidate, near, selection);
    if (reason === null) {
      accepted.push({ text: candidate, similarity: near });
      taken.add(normalise(candidate));
      copies.add(position, candidate);
    } else all.push(reason);
  }
  return { accepted, refused: all };
}

/** By what is measured, and by the copies accepted before. */
function refusalBeside(
  candidate: string,
  near: number | null,
  { position, taken, copies, gate }: Selection,
): CopyRefusal | null {
  if (taken.has(normalise(candidate))) return 'duplicate';
  if (copies.has(position, candidate)) return 'near_duplicate';
  return gateRefusalOf(near, gate);
}
