import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';

const CHUNK_BYTES = 1 << 20;

/**
 * Unpacks what `select` names into `folder`, streaming: memory does not grow with the archive. Unix permissions are
 * kept. Names that would leave the folder are refused by the library.
 * @param select  maps an entry's name to a path below `folder`, or to undefined for what is not wanted
 * @returns how many files were written
 */
export async function unzip(
  archive: string,
  folder: string,
  select: (name: string) => string | undefined,
): Promise<number> {
  const zip = await openPromise(archive, { autoClose: false });
  let files = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const target = entry.fileName.endsWith('/') ? undefined : select(entry.fileName);
      if (target === undefined) continue;
      const path = join(folder, target);
      mkdirSync(dirname(path), { recursive: true });
      const mode = (entry.externalFileAttributes >>> 16) & 0o777 || 0o644;
      const content = await zip.openReadStreamPromise(entry);
      await pipeline(content, createWriteStream(path, { mode, highWaterMark: CHUNK_BYTES }));
      files += 1;
    }
  } finally {
    zip.close();
  }
  return files;
}
