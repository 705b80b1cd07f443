import { readLedger } from '@millrace/shared/adapters/postgres/ledger-facts';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { ledgerText } from './ledger-text.ts';

/** `millrace ledger`: exit 1 when it does not balance. */
export async function runLedger(terminal: Terminal, { json }: { json?: boolean }): Promise<void> {
  const ledger = await withFleet(terminal, ({ sql, bus }) => readLedger(sql, bus));
  terminal.data(json ? JSON.stringify(ledger, null, 2) : ledgerText(ledger));
  if (!ledger.balanced) process.exitCode = exitCodes.failed;
}
