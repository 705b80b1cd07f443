import { unitInterval } from './hash.ts';

/** `train` or `holdout`, of a user (of a session without one), for life. */
export type Side = 'train' | 'holdout';

/** Whose side it is. Sessions of one user share it; a session without a user stands for itself. */
export function groupOf(session: {
  readonly source: string;
  readonly sessionId: string;
  readonly userId: string | null;
}): string {
  return JSON.stringify(
    session.userId === null
      ? [session.source, 'session', session.sessionId]
      : [session.source, 'user', session.userId],
  );
}

/**
 * The side of a group at first sight; stored then and never computed again, so a later change of the split moves nobody.
 * Independent of `random_state`: another seed must not turn a holdout session into a training one.
 * @param split share of groups on the holdout side, 0 to 1
 */
export function sideOf(group: string, split: number, salt = 'millrace-side'): Side {
  return unitInterval(`${salt}\u0000${group}`) < split ? 'holdout' : 'train';
}
