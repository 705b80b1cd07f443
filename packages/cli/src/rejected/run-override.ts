import { userInfo } from 'node:os';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import type { Verdict } from '@millrace/shared/domain/finding';
import { overrideVerdict } from '@millrace/validator';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { oneSource } from './one-source.ts';

export interface OverrideVerbOptions {
  readonly why: string;
  /** Default: the user of this machine. */
  readonly by?: string;
  readonly source?: string;
  readonly json?: boolean;
}

/** `millrace rejected accept ID` and `millrace rejected reject ID`: a person's decision, on record. */
export async function runOverride(
  terminal: Terminal,
  { sessionId, verdict }: { readonly sessionId: string; readonly verdict: Verdict },
  { why, by = userInfo().username, source, json }: OverrideVerbOptions,
): Promise<void> {
  await withFleet(terminal, async ({ sql }) => {
    const from = await oneSource(sql, { sessionId, source });
    const asked = { source: from, sessionId, verdict, by, why };
    const done = await overrideVerdict(deliveryStore(sql), asked, Date.now());
    if (json) {
      terminal.data(JSON.stringify({ session_id: sessionId, source: from, by, why, ...done }));
      return;
    }
    const name = `${sessionId} of ${from}, version ${done.version}`;
    terminal.data(
      done.changed ? `${name}: ${done.from} -> ${done.to}` : `${name} is ${done.to} already`,
    );
  });
}
