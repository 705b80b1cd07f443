import { setTimeout as delay } from 'node:timers/promises';
import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { UserError } from '@millrace/shared/domain/errors';
import type { Ledger } from '@millrace/shared/domain/ledger';
import type { OpenFleet } from '../fleet/open-fleet.ts';

export interface SettleOptions {
  readonly signal: AbortSignal;
  /** Called at each look, about twice a second. */
  readonly onLook?: (ledger: Ledger) => void;
  /** Milliseconds without any change after which it is given up; default 60 000. */
  readonly stallMs?: number;
  /** Throws when the fleet itself is at fault. */
  readonly check?: () => void;
}

/** What the stages up to the examples still have to do. */
export function waitingIn(ledger: Ledger): number {
  return Object.values(ledger.stages).reduce((sum, stage) => sum + stage.waiting, 0);
}

/**
 * Resolves with the ledger when it balances and nothing is on its way.
 * @throws UserError when nothing moves any more, naming what waits and what does not add up
 */
export async function waitUntilSettled(
  { sql, bus }: Pick<OpenFleet, 'sql' | 'bus'>,
  { signal, onLook, stallMs = 60_000, check }: SettleOptions,
): Promise<Ledger> {
  let before = '';
  let movedAt = performance.now();
  for (;;) {
    signal.throwIfAborted();
    check?.();
    const ledger = await readLedger(sql, bus);
    onLook?.(ledger);
    if (ledger.balanced && waitingIn(ledger) === 0) return ledger;
    const now = JSON.stringify(ledger);
    if (now !== before) movedAt = performance.now();
    before = now;
    if (performance.now() - movedAt > stallMs) throw stalled(ledger, stallMs);
    await delay(500, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

function stalled(ledger: Ledger, stallMs: number): UserError {
  const waiting = Object.entries(ledger.stages)
    .filter(([, stage]) => stage.waiting > 0)
    .map(([name, stage]) => `${stage.waiting} wait for ${name}`);
  const wrong = ledger.problems.map((p) => `${p.name}: expected ${p.expected}, found ${p.found}`);
  return new UserError(
    'MILLRACE_PROCESSING_STALLED',
    [
      `nothing has moved for ${Math.round(stallMs / 1000)} s: millrace status says what does not run or is not ready`,
      ...waiting,
      ...wrong,
    ].join('\n'),
  );
}
