import { fileSessions, findLeaks, foldRows, type Leak } from '@millrace/pipeline';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';

export interface LeakCheckOptions {
  readonly source: string;
  readonly json?: boolean;
}

/** Of each kind, so that a bad split of a large file can be read. */
const shownOfEach = 20;

/** `millrace leak-check FOLDS FILE`: exit 1 and a list when anything of one fold or side stands in another. */
export async function runLeakCheck(
  terminal: Terminal,
  [folds, file]: readonly [string, string],
  options: LeakCheckOptions,
): Promise<void> {
  const rows = await foldRows(folds);
  const { sessions } = await fileSessions(file, options.source);
  terminal.say(`comparing the texts of ${sessions.length} sessions, all with all`);
  const leaks = findLeaks(rows, sessions);
  if (leaks.length > 0) process.exitCode = exitCodes.failed;
  if (options.json)
    terminal.data(JSON.stringify({ ok: leaks.length === 0, sessions: sessions.length, leaks }));
  else if (leaks.length === 0)
    terminal.data(`no leak in ${rows.length} lines of ${sessions.length} sessions`);
  else terminal.data(leakText(leaks));
}

function leakText(leaks: readonly Leak[]): string {
  const byCode = [...Map.groupBy(leaks, (leak) => leak.code)];
  const shown = byCode.flatMap(([, own]) => own.slice(0, shownOfEach));
  const table = textTable(
    ['leak', 'of', 'where'],
    shown.map(({ code, subject, detail }) => [code, subject, detail]),
  );
  const counts = byCode.map(([code, own]) => `${code} ${own.length}`).join(', ');
  const more = leaks.length - shown.length;
  const rest = more === 0 ? '' : `\nand ${more} more: --json lists all`;
  return `${table}${rest}\n${leaks.length} leaks: ${counts}`;
}
