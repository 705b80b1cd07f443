import type { Settings } from '@millrace/shared/contracts/settings';
import { rngFor } from '@millrace/shared/domain/rng';
import { type Proposals, proposalsOf } from './copies.ts';
import type { Tools } from './techniques/technique.ts';

/** A text to be copied, and what stands beside it. */
export interface Copied {
  /** Of the example that it belongs to: what is drawn follows from it. */
  readonly id: string;
  readonly text: string;
  /** Normalised texts that no copy may equal. */
  readonly known: ReadonlySet<string>;
  /** Whether a candidate nearly repeats another text. */
  readonly isNearOther: (candidate: string) => boolean;
}

/** What each technique of the settings offers for a text; each draws by (random_state, id, its name). */
export function proposeFor(
  { id, ...beside }: Copied,
  { settings, tools }: { readonly settings: Settings; readonly tools: Tools },
): readonly Proposals[] {
  const { techniques, copies_per_example: limit } = settings.augmentation;
  if (limit === 0) return [];
  return techniques.map((technique) => {
    const random = rngFor(settings.training.random_state, id, technique);
    return proposalsOf({ ...beside, technique, limit, limits: settings.validation }, random, tools);
  });
}

export interface Offered {
  readonly text: string;
  readonly proposals: readonly Proposals[];
  /** What the text and its copies are compared with, beside one another; not given: nothing. */
  readonly reply?: string | undefined;
}

/** The texts that a decision needs the vectors of: each once, in an order that only the texts give; none where nothing is offered and no reply counts. */
export function textsToMeasure(all: readonly Offered[]): readonly string[] {
  const texts = all.flatMap(({ text, proposals, reply }) => {
    const candidates = proposals.flatMap((proposal) => proposal.candidates);
    if (reply !== undefined) return [text, reply, ...candidates];
    return candidates.length === 0 ? [] : [text, ...candidates];
  });
  return [...new Set(texts)].sort();
}
