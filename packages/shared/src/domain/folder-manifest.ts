/** Written last into every folder of a model store: without it there is no model. */
export const manifestName = 'MANIFEST.json';

export interface ManifestFile {
  /** Below the folder, with `/`; never out of it. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Files of a folder by the text of its manifest, sorted.
 * @throws RangeError when it is no manifest, or names a path that leads out of the folder
 */
export function readFolderManifest(text: string): readonly ManifestFile[] {
  const files = field(parsed(text), 'files');
  if (!isObject(files)) throw new RangeError(`${manifestName}: files is not an object`);
  return Object.entries(files)
    .map(([path, entry]) => {
      const [bytes, sha256] = [field(entry, 'bytes'), field(entry, 'sha256')];
      if (!staysInside(path)) throw new RangeError(`${manifestName}: the path of a file leads out`);
      if (typeof bytes !== 'number' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256))
        throw new RangeError(`${manifestName}: ${path} has no size and hash`);
      return { path, bytes, sha256 };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Plain names, joined by `/`: what a manifest of ours holds, and no way to write elsewhere. */
const staysInside = (path: string): boolean =>
  path !== manifestName &&
  path.split('/').every((name) => /^[A-Za-z0-9._-]+$/.test(name) && name !== '.' && name !== '..');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RangeError(`${manifestName} is no JSON`, { cause });
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const field = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
