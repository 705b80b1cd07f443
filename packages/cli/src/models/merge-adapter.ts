import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { mergeAdapter, readPeftAdapter } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';
import type { Terminal } from '../conduct/terminal.ts';

interface MergeVerbOptions {
  readonly out: string;
  readonly base?: string;
  readonly json?: boolean;
}

/** `millrace models merge ADAPTER --out FOLDER`: a model that needs no PEFT, compared bit by bit with what was meant. */
export async function runModelsMerge(
  terminal: Terminal,
  adapterFolder: string,
  { out, base, json }: MergeVerbOptions,
): Promise<void> {
  const folder = resolve(out);
  try {
    const adapter = readPeftAdapter(adapterFolder);
    const baseFolder = base ?? adapter.baseNameOrPath;
    if (baseFolder === undefined || !existsSync(baseFolder)) {
      throw new RangeError(`its base ${baseFolder ?? ''} is not here: give --base FOLDER`);
    }
    const readme = `# ${adapterFolder}, merged\n\nBase: ${baseFolder}\n\nWritten by \`millrace models merge\`.\n`;
    const { sha256 } = mergeAdapter(folder, { adapterFolder, baseFolder, readme });
    terminal.data(json ? JSON.stringify({ folder, manifest_sha256: sha256 }) : folder);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError('MILLRACE_INPUT_MODEL', cause.message, { cause });
  }
}
