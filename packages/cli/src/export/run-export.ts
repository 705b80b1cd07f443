import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import type { ExampleKind } from '@millrace/shared/domain/example';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { refuseOther } from '../models/fetch-model.ts';
import { chooseDataset } from './choose-dataset.ts';
import type { ExportManifest } from './export-manifest.ts';
import { exportSubject } from './export-subject.ts';
import type { FormatName } from './formats/formats.ts';
import { writeDataset } from './write-dataset.ts';

export interface ExportOptions {
  readonly dataset?: string;
  readonly now?: boolean;
  readonly kind?: ExampleKind;
  readonly format: FormatName;
  readonly modelName: string;
  readonly session?: string;
  readonly user?: string;
  readonly source?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `millrace export`: a dataset as files, or all that is held of a person. */
export async function runExport(terminal: Terminal, options: ExportOptions): Promise<void> {
  const isSubject = options.session !== undefined || options.user !== undefined;
  if (!isSubject) return await exportDataset(terminal, options);
  if (options.dataset !== undefined || options.now)
    throw new UserError(
      'MILLRACE_INPUT_SUBJECT',
      'a dataset, or what is held of a session or a user: one at a time',
      { exitCode: exitCodes.usage },
    );
  await exportSubject(terminal, options);
}

async function exportDataset(terminal: Terminal, options: ExportOptions): Promise<void> {
  if (!options.out)
    throw new UserError('MILLRACE_INPUT_FILE', 'name a folder to write: --out FOLDER', {
      exitCode: exitCodes.usage,
    });
  const folder = path.resolve(options.out);
  refuseOther(folder);
  const scratch = mkdtempSync(path.join(tmpdir(), 'millrace-export-'));
  try {
    const manifest = await withFleet(terminal, async ({ sql, settings }) => {
      const places = { settings, scratch, signal: terminal.signal };
      const chosen = await chooseDataset(sql, options, places);
      return writeDataset(chosen, { folder, format: options.format });
    });
    for (const note of manifest.notes) terminal.say(note);
    for (const { lost, examples } of manifest.losses)
      terminal.say(`${options.format} does not hold, of ${examples} examples: ${lost}`);
    terminal.say(`${folder} holds what people wrote: keep it as you keep the database`);
    terminal.data(
      options.json
        ? JSON.stringify({ folder, ...manifest }, null, 2)
        : manifestText(manifest, folder),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function manifestText(
  { dataset_sha256, kind, files, counts }: ExportManifest,
  folder: string,
): string {
  const rows = Object.entries(counts.by_technique).flatMap(([side, techniques]) =>
    Object.entries(techniques).map(([technique, count]) => [side, kind, technique, count]),
  );
  return [
    `dataset ${dataset_sha256}`,
    textTable(['side', 'kind', 'technique', 'examples'], rows),
    ...Object.entries(files).map(
      ([name, { rows: count }]) => `${path.join(folder, name)}: ${count} rows`,
    ),
  ].join('\n');
}
