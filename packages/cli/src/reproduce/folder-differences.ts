import path from 'node:path';
import { type Manifest, readWeights, verifyManifest } from '@millrace/engine';

/** The card: it tells of a machine and of other models, so the same model may have another one. */
const card = 'README.md';

export interface FileDifference {
  readonly file: string;
  /** SHA-256; null: this side has no such file. */
  readonly registered: string | null;
  readonly made: string | null;
}

export interface TensorDifference {
  readonly file: string;
  readonly tensor: string;
  /** Of two numbers at one place; null: only one side has it, or in another shape. */
  readonly largest: number | null;
}

export interface FolderDifferences {
  /** Every file but the card has the same bytes. */
  readonly same: boolean;
  readonly manifest_sha256: { readonly registered: string; readonly made: string };
  readonly files: number;
  readonly differing: readonly FileDifference[];
  readonly tensors: readonly TensorDifference[];
}

/** Two model folders, byte for byte; where weights differ, by how much. */
export function folderDifferences(registered: string, made: string): FolderDifferences {
  const [a, b] = [verifyManifest(registered), verifyManifest(made)];
  const names = [...new Set([...Object.keys(a.files), ...Object.keys(b.files)])].sort();
  const differing = names
    .map((file) => ({ file, registered: hashIn(a, file), made: hashIn(b, file) }))
    .filter((each) => each.registered !== each.made);
  const weights = differing.filter(
    ({ file, registered: was, made: is }) =>
      file.endsWith('.safetensors') && was !== null && is !== null,
  );
  return {
    same: differing.every(({ file }) => file === card),
    manifest_sha256: { registered: a.sha256, made: b.sha256 },
    files: names.length,
    differing,
    tensors: weights.flatMap(({ file }) =>
      tensorDifferences(file, [path.join(registered, file), path.join(made, file)]),
    ),
  };
}

const hashIn = ({ files }: Manifest, file: string): string | null => files[file]?.sha256 ?? null;

/** The largest first. */
function tensorDifferences(
  file: string,
  [registered, made]: readonly [string, string],
): readonly TensorDifference[] {
  const [a, b] = [readWeights(registered).weights, readWeights(made).weights];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((tensor) => ({
      file,
      tensor,
      largest: largestOf(a.get(tensor)?.data ?? null, b.get(tensor)?.data ?? null),
    }))
    .filter(({ largest }) => largest !== 0)
    .sort((x, y) => (y.largest ?? Infinity) - (x.largest ?? Infinity));
}

function largestOf(a: Float32Array | null, b: Float32Array | null): number | null {
  if (a === null || b === null || a.length !== b.length) return null;
  let largest = 0;
  for (const [i, x] of a.entries()) largest = Math.max(largest, Math.abs(x - (b[i] ?? 0)));
  return largest;
}
