import type { Assigned } from '../core/assign-versions.ts';

/** What became of a session that came over HTTP. By this door what comes later is later: nothing is superseded. */
export type Answered = Assigned & { readonly outcome: 'applied' | 'duplicate' | 'erased' };

export const isAnswered = (assigned: Assigned): assigned is Answered =>
  assigned.outcome !== 'superseded';
