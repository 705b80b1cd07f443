import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { isJsonObject, readJsonObject } from './json-file.ts';

const NAME = 'MANIFEST.json';

/** What lies in a model folder. Its own hash names the whole content. */
export interface Manifest {
  readonly sha256: string;
  /** By path below the folder, with `/`. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

/** Hashes every file of a folder and writes MANIFEST.json, which must be its last file. */
export function writeManifest(folder: string): Manifest {
  const files = Object.fromEntries(
    pathsOf(folder).map((path) => [path, describe(join(folder, path))]),
  );
  const text = `${JSON.stringify({ files }, null, 2)}\n`;
  writeFileSync(join(folder, NAME), text, { flush: true });
  return { sha256: sha256(Buffer.from(text)), files };
}

/**
 * Hashes every file of a folder again.
 * @throws RangeError that names the first file that is missing, changed or not listed
 */
export function verifyManifest(folder: string): Manifest {
  const listed = readJsonObject(folder, NAME)['files'];
  if (!isJsonObject(listed)) throw new RangeError(`${NAME}: files is not an object`);
  const found = pathsOf(folder);
  const missing = Object.keys(listed).find((path) => !found.includes(path));
  if (missing !== undefined) throw new RangeError(`${folder}: ${missing} is missing`);
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const path of found) {
    const entry = listed[path];
    const actual = describe(join(folder, path));
    if (!isJsonObject(entry)) throw new RangeError(`${folder}: ${path} is not in ${NAME}`);
    if (entry['sha256'] !== actual.sha256 || entry['bytes'] !== actual.bytes) {
      throw new RangeError(`${folder}: ${path} is not what ${NAME} says`);
    }
    files[path] = actual;
  }
  return { sha256: sha256(readFileSync(join(folder, NAME))), files };
}

function pathsOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path !== NAME && statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .sort();
}

function describe(file: string): { bytes: number; sha256: string } {
  const content = readFileSync(file);
  return { bytes: content.length, sha256: sha256(content) };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
