import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '@millrace/shared/domain/errors';
import type { Side } from '@millrace/shared/domain/side';
import { exitCodes } from '../conduct/failure.ts';
import { notWritable } from '../conduct/new-file.ts';
import type { ChosenDataset } from './choose-dataset.ts';
import { datasetCard } from './dataset-card.ts';
import {
  type ExportManifest,
  exportManifest,
  type Loss,
  type WrittenFile,
} from './export-manifest.ts';
import { type FormatName, formatOf } from './formats/formats.ts';
import type { Format, WrittenRow } from './formats/row.ts';
import { parquetOf } from './parquet.ts';

const sides: readonly Side[] = ['train', 'holdout'];
type Row = NonNullable<WrittenRow['row']>;

/**
 * Writes a dataset into a folder, which appears when it is whole, for its owner only: a file a side, README.md, manifest.json.
 * A side without rows has no file, which `datasets` could not open.
 */
export function writeDataset(
  chosen: ChosenDataset,
  { folder, format: name }: { readonly folder: string; readonly format: FormatName },
): ExportManifest {
  const { frozen, kind } = chosen;
  const format = formatOf(name, kind, [...frozen.train, ...frozen.holdout]);
  if (format === null)
    throw new UserError(
      'MILLRACE_INPUT_FORMAT',
      `${name} holds conversations, no pairs: take jsonl or parquet, or --kind chat`,
      { exitCode: exitCodes.usage },
    );
  const partial = `${folder}.${process.pid}.part`;
  const parent = path.dirname(folder);
  try {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(parent)) mkdirSync(parent, { recursive: true });
    // not recursive: where no folder can be made, as in /proc, Node's recursive one never ends
    mkdirSync(partial, { mode: 0o700 });
    const manifest = writeFiles(chosen, { folder: partial, name, format });
    if (existsSync(folder)) rmdirSync(folder); // an empty one
    renameSync(partial, folder);
    return manifest;
  } catch (error) {
    rmSync(partial, { recursive: true, force: true }); // it holds what people wrote
    throw notWritable(folder, error);
  }
}

function writeFiles(
  chosen: ChosenDataset,
  to: { readonly folder: string; readonly name: FormatName; readonly format: Format },
): ExportManifest {
  const { folder, name, format } = to;
  const losses = new Map<string, number>();
  const write = (file: string, content: string | Uint8Array): void =>
    writeFileSync(path.join(folder, file), content, { mode: 0o600, flush: true });
  const files: Record<string, WrittenFile> = {};
  for (const side of sides) {
    const rows = rowsOf(chosen, side, { format, losses });
    if (rows.length === 0) continue;
    const file = name === 'parquet' ? `${side}.parquet` : `${side}.jsonl`;
    const content = name === 'parquet' ? parquetOf(format.features, rows) : linesOf(rows);
    write(file, content);
    files[file] = { sha256: sha256(content), bytes: content.length, rows: rows.length };
  }
  const list: Loss[] = [...losses].sort().map(([lost, examples]) => ({ lost, examples }));
  const manifest = exportManifest(chosen, { format: name, files, losses: list });
  write('README.md', datasetCard(manifest, format.features));
  write('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The rows of a side, in the order of its ids; what they lose is counted. */
function rowsOf(
  { frozen }: ChosenDataset,
  side: Side,
  { format, losses }: { readonly format: Format; readonly losses: Map<string, number> },
): readonly Row[] {
  return frozen[side].flatMap((example) => {
    const { row, lost } = format.write(example, side);
    for (const what of lost) losses.set(what, (losses.get(what) ?? 0) + 1);
    return row === null ? [] : [row];
  });
}

const linesOf = (rows: readonly Row[]): Uint8Array =>
  Buffer.concat(rows.map((row) => Buffer.from(`${JSON.stringify(row)}\n`)));

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
