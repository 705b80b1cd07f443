import { cards } from './sensitive/cards.ts';
import { disjoint } from './sensitive/disjoint.ts';
import { emails } from './sensitive/emails.ts';
import { ibans } from './sensitive/ibans.ts';
import { ips } from './sensitive/ips.ts';
import { names } from './sensitive/names.ts';
import { phones } from './sensitive/phones.ts';
import { announcedSecrets, armouredKeys, formattedKeys, urlSecrets } from './sensitive/secrets.ts';
import type { Detector, SensitiveSpan } from './sensitive/sensitive-span.ts';
import { ssns } from './sensitive/ssns.ts';
import { traitsOf } from './sensitive/traits.ts';

export type { SensitiveKind, SensitiveSpan } from './sensitive/sensitive-span.ts';

export const detectors: readonly Detector[] = [
  formattedKeys,
  armouredKeys,
  urlSecrets,
  announcedSecrets,
  cards,
  ibans,
  ssns,
  emails,
  phones,
  ips,
  names,
];

/**
 * Personal data and secrets, sorted, disjoint; where two overlap, one span of the stronger kind. A function of the text alone, code
 * blocks included: a secret in code is a secret. Linear.
 */
export function findSensitive(text: string): SensitiveSpan[] {
  const traits = traitsOf(text);
  return disjoint(detectors.flatMap((d) => (d.possible(traits) ? d.find(text) : [])));
}
