import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { type ErrorCode, TransientError, UserError } from '@millrace/shared/domain/errors';

export type Variables = Readonly<Record<string, string | undefined>>;

/** A model that the settings name, and that nothing fetches. */
export interface NamedModel {
  readonly setting: string;
  readonly name: string;
  /** Of the environment: says where the folder is; else it lies below storage.models_root_dir. */
  readonly variable: string;
  /** The setting that is null where no such model is wanted. */
  readonly off: string;
  /** What a folder must hold, for sentences. */
  readonly wants: string;
  readonly code: ErrorCode;
  /** @throws that says why the folder cannot be opened */
  readonly check: (folder: string) => void;
}

/**
 * The folder of a model. One that cannot be opened is a mistake of who set it up, not a fault that passes: nobody waits for it.
 * @throws UserError (exit 2) in one line, TransientError when the disk itself does not answer
 */
export function modelFolder(
  variables: Variables,
  { storage }: Pick<Settings, 'storage'>,
  { setting, name, variable, off, wants, code, check }: NamedModel,
): string {
  const root = storage.models_root_dir;
  const given = variables[variable] || (root === undefined ? undefined : path.join(root, name));
  const refused = (why: string, wayOut: string, cause?: unknown): UserError =>
    new UserError(code, `${setting} names ${name}, but ${why}: ${wayOut}, or ${off} to null`, {
      exitCode: 2,
      cause,
    });
  if (given === undefined)
    throw refused(
      'nothing says where it is',
      `set ${variable} to a folder, or storage.models_root_dir to the one above it`,
    );
  const folder = path.resolve(given);
  try {
    check(folder);
  } catch (cause) {
    const said = String(cause instanceof Error ? cause.message : cause).split('\n', 1)[0] ?? '';
    const why = said.includes(folder) ? said : `${folder} is no such model: ${said}`;
    if (mayPass(cause)) throw new TransientError('MILLRACE_RESOURCE_MODEL_FOLDER', why, { cause });
    throw refused(
      why,
      `put ${wants} there (save_pretrained), set ${variable} to its folder`,
      cause,
    );
  }
  return folder;
}

/** Codes of the system by which a file is not there, or not for us. */
const lasting = new Set([
  'ENOENT',
  'EACCES',
  'EPERM',
  'EISDIR',
  'ENOTDIR',
  'ELOOP',
  'ENAMETOOLONG',
]);

/** Whether the system and no file's content is at fault, as when a network's disk is away. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('syscall' in error && 'code' in error) return !lasting.has(String(error.code));
  return mayPass(error.cause);
}
