import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
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
    const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    await once(out, 'open').catch((error: unknown) => {
      throw notWritable(file, error);
    });
    const progress = terminal.progress();
    let written = 0;
    try {
      for (const row of rows) {
        terminal.signal.throwIfAborted();
        const bytes = await payloadOf(sql, row);
        if (bytes === null) continue;
        if (!out.write(oneLine(bytes))) await once(out, 'drain');
        written++;
        progress.update({
          label: 'exporting',
          done: written,
          total: rows.length,
          unit: 'sessions',
        });
      }
    } finally {
      progress.end();
      out.end();
      await once(out, 'close');
    }
    terminal.say(`${file} holds what people wrote, unmasked: keep it as you keep the database`);
    if (written < rows.length)
      terminal.say(
        `${rows.length - written} sessions have no payload any more: erased, or past storage.retention.raw_days`,
      );
    terminal.data(json ? JSON.stringify({ file, sessions: written }) : `${written} sessions`);
  });
}

/** What the user can do about a file that cannot be made. */
export function notWritable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  const why = {
    EEXIST: 'it is there already, and none is overwritten: name a new file',
    ENOENT: 'its folder does not exist: make it',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder: name a new file',
  }[String(code)];
  if (why === undefined) return error;
  return new UserError('MILLRACE_INPUT_FILE', `cannot write ${file}: ${why}`, {
    exitCode: exitCodes.usage,
  });
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const blank = 0x20;

function oneLine(bytes: Uint8Array): Buffer {
  const line = bytes.map((byte) => (byte === lineFeed || byte === carriageReturn ? blank : byte));
  return Buffer.concat([line, Buffer.of(lineFeed)]);
}
