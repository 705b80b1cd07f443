import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from './failure.ts';

/** A file that is being made: nothing is overwritten, and what is not whole does not stay. */
export interface NewFile {
  write(part: string | Uint8Array): Promise<void>;
  /** @param isWhole false: what was written is removed */
  end(isWhole: boolean): Promise<void>;
}

/** Makes a file for its owner only. @throws UserError, here and while writing, that names the file and what to do */
export async function newFile(file: string): Promise<NewFile> {
  const refuse = (error: unknown): never => {
    throw notWritable(file, error);
  };
  const handle = await open(file, 'wx', 0o600).catch(refuse);
  return {
    write: (part) => handle.appendFile(part).catch(refuse),
    end: async (isWhole) => {
      await handle.close();
      if (!isWhole) rmSync(file, { force: true });
    },
  };
}

/** What the user can do about a file or folder that cannot be made. */
export function notWritable(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const full = fullDisk[code];
  if (full !== undefined)
    return new UserError('MILLRACE_RESOURCE_DISK', `cannot write ${file}: ${full}`, {
      cause: error,
    });
  const why = misnamed[code];
  if (why === undefined) return error;
  return new UserError('MILLRACE_INPUT_FILE', `cannot write ${file}: ${why}`, {
    exitCode: exitCodes.usage,
  });
}

const misnamed: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already, and none is overwritten: name a new file',
  ENOENT: 'its folder does not exist: make it',
  ENOTDIR: 'a part of its path is no folder',
  ENOTEMPTY: 'it is not empty: name another folder',
  EACCES: 'permission denied',
  EROFS: 'it lies on a file system that is mounted read-only',
  EISDIR: 'it is a folder: name a new file',
};

const fullDisk: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left there; what was written of it is removed',
  EDQUOT: 'the quota is used up; what was written of it is removed',
  EFBIG: 'it is larger than a file may be there; what was written of it is removed',
};
