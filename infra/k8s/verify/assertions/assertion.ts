import type { Snapshot } from '../snapshot.ts';

/** One thing that must hold for the objects of a fleet at rest, as the API server serves them. */
export interface Assertion {
  readonly name: string;
  /** Holds only where KEDA and the metrics server work. */
  readonly needsKeda?: true;
  /** What it was held against: "5 Deployments". None is a problem too: an assertion about nothing proves nothing. */
  readonly about: (snapshot: Snapshot) => string;
  /** What is wrong, a line each, beginning with kind and name; empty when it holds. */
  readonly problems: (snapshot: Snapshot) => readonly string[];
}

/** "5 Deployments"; undefined for none. */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;
