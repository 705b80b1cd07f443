import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { verifyManifest } from '@millrace/engine';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { fetchFolder } from '@millrace/shared/runtime/model-store/fetch-folder';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { listModels, type ModelRow } from './model-rows.ts';
import { whichModel } from './which-model.ts';

interface FetchVerbOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `millrace models fetch MODEL --out FOLDER`: a registered model as a folder to load, wherever it lies, every byte compared. */
export async function runModelsFetch(
  terminal: Terminal,
  wanted: string,
  { out, json }: FetchVerbOptions,
): Promise<void> {
  const folder = path.resolve(out);
  const { model, settings } = await withFleet(terminal, async (fleet) => ({
    model: whichModel(await listModels(fleet.sql), wanted),
    settings: fleet.settings,
  }));
  const { path: address, manifest_sha256: manifestSha256 } = model;
  if (holds(folder, manifestSha256)) terminal.say(`${model.model_id} is there already`);
  else {
    refuseOther(folder);
    terminal.say(`fetching ${model.model_id} from ${address}`);
    await fetchModel(settings, model, { folder, signal: terminal.signal });
  }
  const { model_id, model_name, model_type, base } = model;
  const facts = { model_id, model_name, model_type, base, manifest_sha256: manifestSha256, folder };
  terminal.data(json ? JSON.stringify(facts, null, 2) : folder);
}

/** A model's folder, wherever it lies, under another name, every byte compared with what was registered. */
export async function fetchModel(
  settings: Settings,
  { path: address, manifest_sha256: manifestSha256 }: Pick<ModelRow, 'path' | 'manifest_sha256'>,
  to: { readonly folder: string; readonly signal?: AbortSignal },
): Promise<void> {
  await fetchFolder(openModelStore(settings, address), { address, manifestSha256, ...to });
}

function holds(folder: string, manifestSha256: string): boolean {
  try {
    return verifyManifest(folder).sha256 === manifestSha256;
  } catch {
    return false; // not there, or something else
  }
}

/** @throws UserError when something lies in a folder that is to be written */
export function refuseOther(folder: string): void {
  if (!existsSync(folder)) return;
  const isFolder = statSync(folder).isDirectory();
  if (isFolder && readdirSync(folder).length === 0) return;
  const what = isFolder ? 'is not empty' : 'is a file';
  throw new UserError('MILLRACE_INPUT_MODEL', `${folder} ${what}: name another folder`, {
    exitCode: exitCodes.usage,
  });
}
