import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { partsTable, readParts } from './parts.ts';
import { watchStatus } from './watch-status.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
  /** Seconds between two looks. */
  readonly every: number;
}

/** `millrace status`: which parts of the fleet of this machine run, and what those that are not ready wait for. */
export async function runStatus(terminal: Terminal, options: StatusOptions): Promise<void> {
  if (options.watch) return await watchStatus(terminal, options);
  const parts = await readParts(terminal.conduct);
  const ready = parts.every((part) => part.ready);
  terminal.data(options.json ? JSON.stringify({ ready, parts }, null, 2) : partsTable(parts));
  if (!ready) process.exitCode = exitCodes.failed;
}
