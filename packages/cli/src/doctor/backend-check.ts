import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { hasTensorflow, openBackend } from '@millrace/engine';
import { cacheFolder } from '@millrace/local-stack/assets';
import { type Diagnosis, failed, ok, warning } from './check.ts';

/** What would compute a training: opens it, fetches nothing. @param given folder of MILLRACE_TENSORFLOW */
export async function backendCheck(given: string | undefined): Promise<Diagnosis> {
  const cache = cacheFolder();
  const cached = existsSync(cache)
    ? readdirSync(cache)
        .map((name) => path.join(cache, name))
        .find((folder) => path.basename(folder).startsWith('tensorflow-') && hasTensorflow(folder))
    : undefined;
  const libraryFolder = given || cached;
  try {
    const { name, says } = await openBackend(libraryFolder === undefined ? {} : { libraryFolder });
    if (name === 'tensorflow') return ok('backend', says);
    const fetched = libraryFolder === undefined ? ' (a training fetches TensorFlow first)' : '';
    return warning('backend', `${says}${fetched}`);
  } catch (error) {
    return failed('backend', error instanceof Error ? error.message : String(error));
  }
}
