import { newFile } from '../conduct/new-file.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { payloadOf, rejectedRows } from './rejected-rows.ts';
import type { RejectedFilterOptions } from './run-rejected.ts';

/**
 * `millrace rejected export FILE`: the payloads of rejected sessions as they came, one a line, oldest last. A line end
 * inside of a document (JSON has it between its parts only) becomes a blank. The file is made anew and only for its owner.
 */
export async function runRejectedExport(
  terminal: Terminal,
  file: string,
  { json, ...filter }: RejectedFilterOptions,
): Promise<void> {
  await withFleet(terminal, async ({ sql }) => {
    const rows = await rejectedRows(sql, { ...filter, limit: null });
    const out = await newFile(file);
    const progress = terminal.progress();
    let written = 0;
    let isWhole = false;
    try {
      for (const row of rows) {
        terminal.signal.throwIfAborted();
        const bytes = await payloadOf(sql, row);
        if (bytes === null) continue;
        await out.write(oneLine(bytes));
        written++;
        progress.update({
          label: 'exporting',
          done: written,
          total: rows.length,
          unit: 'sessions',
        });
      }
      isWhole = true;
    } finally {
      progress.end();
      await out.end(isWhole);
    }
    terminal.say(`${file} holds what people wrote, unmasked: keep it as you keep the database`);
    if (written < rows.length)
      terminal.say(
        `${rows.length - written} sessions have no payload any more: erased, or past storage.retention.raw_days`,
      );
    terminal.data(json ? JSON.stringify({ file, sessions: written }) : `${written} sessions`);
  });
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;

function oneLine(bytes: Uint8Array): Buffer {
  const line = bytes.map((byte) => (byte === lineFeed || byte === carriageReturn ? blank : byte));
  return Buffer.concat([line, Buffer.of(lineFeed)]);
}
