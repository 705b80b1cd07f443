import path from 'node:path';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { ledgerText } from '../ledger/ledger-text.ts';
import { publishFile } from './publish-file.ts';
import { waitingIn, waitUntilSettled } from './wait-until-settled.ts';

export interface PublishVerbOptions {
  readonly limit?: number;
  readonly wait?: boolean;
  readonly source: string;
  readonly json?: boolean;
}

/** `millrace publish FILE`: exit 4 when lines were too large for a record. */
export async function runPublish(terminal: Terminal, file: string, options: PublishVerbOptions) {
  const { say, data, signal } = terminal;
  await withFleet(terminal, async (fleet) => {
    const progress = terminal.progress();
    const label = `publishing ${path.basename(file)}`;
    const total = options.limit ?? null;
    const published = await publishFile({
      file,
      source: options.source,
      limit: options.limit,
      bus: fleet.bus,
      signal,
      onProgress: (done) => progress.update({ label, done, total, unit: 'sessions' }),
    }).finally(() => progress.end());
    for (const line of published.tooLarge) {
      say(`line ${line} is too large for a record and was not published: send it by HTTP`);
    }
    if (published.tooLarge.length > 0) process.exitCode = exitCodes.partial;
    const { tooLarge, ...counts } = published;
    if (!options.wait) {
      data(
        options.json
          ? JSON.stringify({ ...counts, too_large: tooLarge })
          : `${counts.published} sessions published`,
      );
      return;
    }
    const settling = terminal.progress();
    const ledger = await waitUntilSettled(fleet, {
      signal,
      onLook: (now) => {
        const waiting = waitingIn(now);
        const done = Math.max(0, counts.published - waiting);
        settling.update({ label: 'settling', done, total: counts.published, unit: 'records' });
      },
    }).finally(() => settling.end());
    data(
      options.json
        ? JSON.stringify({ ...counts, too_large: tooLarge, ledger })
        : ledgerText(ledger),
    );
  });
}
