import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { oneSource } from './one-source.ts';
import { type RejectedRow, rejectedRows } from './rejected-rows.ts';

export interface RejectedFilterOptions {
  readonly code?: string;
  readonly source?: string;
  readonly since?: Date;
  readonly json?: boolean;
}

/** `millrace rejected list`. */
export async function runRejectedList(
  terminal: Terminal,
  options: RejectedFilterOptions & { readonly limit: number },
): Promise<void> {
  const rows = await withFleet(terminal, ({ sql }) => rejectedRows(sql, options));
  if (options.json) {
    terminal.data(JSON.stringify(rows.map(shown), null, 2));
    return;
  }
  if (rows.length === 0) {
    terminal.say('no session stands as rejected');
    return;
  }
  const lines = rows.map((row) => [
    row.session_id,
    row.source,
    row.version,
    row.received_at.toISOString().slice(0, 19),
    row.by === null ? row.codes.join(', ') : `by ${row.by}`,
  ]);
  terminal.data(textTable(['session', 'source', 'version', 'received', 'why'], lines));
}

/** `millrace rejected show ID`: what rejects it, with figures and no word of its text. */
export async function runRejectedShow(
  terminal: Terminal,
  sessionId: string,
  { source, json }: RejectedFilterOptions,
): Promise<void> {
  await withFleet(terminal, async ({ sql }) => {
    const from = await oneSource(sql, { sessionId, source });
    const [row] = await rejectedRows(sql, { sessionId, source: from, limit: 1 });
    if (row === undefined) {
      terminal.say(`session ${sessionId} of ${from} does not stand as rejected`);
      process.exitCode = exitCodes.failed;
      return;
    }
    if (json) {
      terminal.data(JSON.stringify(shown(row), null, 2));
      return;
    }
    const head = [
      `${row.session_id} of ${row.source}, version ${row.version}, received ${row.received_at.toISOString()}`,
      `quality ${row.quality}, judged by revision ${row.revision}`,
      ...(row.by === null ? [] : [`rejected by ${row.by}`]),
    ];
    const findings = row.findings.map((f) => [
      f.code,
      f.action,
      typeof f['message_index'] === 'number' ? f['message_index'] : '',
      String(f.value ?? ''),
      String(f.threshold ?? ''),
    ]);
    terminal.data(
      [...head, textTable(['finding', 'action', 'message', 'value', 'threshold'], findings)].join(
        '\n',
      ),
    );
  });
}

const shown = (row: RejectedRow) => ({ ...row, received_at: row.received_at.toISOString() });
