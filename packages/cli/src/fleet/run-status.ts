import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { openText, readOpenSessions } from './open-sessions.ts';
import { partsTable, readParts } from './parts.ts';
import { watchStatus } from './watch-status.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  /** Seconds between two looks. */
  readonly every: number;
}

/** `millrace status`: which parts of the fleet of this machine run, what those that are not ready wait for, and how many sessions are open. */
export async function runStatus(terminal: Terminal, options: StatusOptions): Promise<void> {
  if (options.watch) return await watchStatus(terminal, options);
  const parts = await readParts(terminal.conduct);
  const ready = parts.every((part) => part.ready);
  const open = await readOpenSessions(terminal.conduct);
  const text = [partsTable(parts), openText(open)].filter(Boolean).join('\n');
  terminal.data(options.json ? JSON.stringify({ ready, parts, open }, null, 2) : text);
  if (!ready) process.exitCode = exitCodes.failed;
}
