import { cards } from './sensitive/cards.ts';
import { disjoint } from './sensitive/disjoint.ts';
import { emails } from './sensitive/emails.ts';
import { ibans } from './sensitive/ibans.ts';
import type { Detector, SensitiveSpan } from './sensitive/sensitive-span.ts';
import { traitsOf } from './sensitive/traits.ts';

export type { SensitiveKind, SensitiveSpan } from './sensitive/sensitive-span.ts';

const detectors: readonly Detector[] = [emails, cards, ibans];

/**
 * Personal data and secrets, sorted, disjoint; where two overlap, one span of the stronger kind. A function of the text alone, code
 * blocks included: a secret in code is a secret. Linear.
 */
export function findSensitive(text: string): SensitiveSpan[] {
  const traits = traitsOf(text);
  return disjoint(detectors.flatMap((d) => (d.possible(traits) ? d.find(text) : [])));
}
