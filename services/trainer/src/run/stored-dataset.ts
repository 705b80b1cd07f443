import { existsSync, readFileSync } from 'node:fs';
import type { Example } from '@millrace/shared/domain/example';
import { sha256Hex } from '@millrace/shared/domain/hash';
import { type ExampleRevisions, examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import type { Frozen } from '../core/frozen.ts';
import { readManifest, thaw } from '../core/manifest.ts';
import { examplesById } from './example-store.ts';

/** A dataset that was frozen before, as far as it is still there. */
export type StoredDataset<E extends Example> =
  | {
      readonly kind: 'whole';
      readonly frozen: Frozen<E>;
      /** By which its examples are keyed. */
      readonly revision: string;
      readonly revisions: ExampleRevisions;
    }
  /** There is no manifest. */
  | { readonly kind: 'gone' }
  /** What lies there hashes to something else. */
  | { readonly kind: 'changed'; readonly sha256: string }
  /** Examples that it names are gone, or say something else now. */
  | { readonly kind: 'incomplete'; readonly missing: number; readonly examples: number };

interface Wanted<E extends Example> {
  readonly sha256: string;
  /** Its manifest. */
  readonly file: string;
  readonly isOwn: (example: Example) => example is E;
}

/** The dataset of a manifest with its examples, or what it lacks. One query. */
export async function storedDataset<E extends Example>(
  sql: Sql,
  { sha256, file, isOwn }: Wanted<E>,
): Promise<StoredDataset<E>> {
  if (!existsSync(file)) return { kind: 'gone' };
  const manifest = readFileSync(file, 'utf8');
  const found = sha256Hex(manifest);
  if (found !== sha256) return { kind: 'changed', sha256: found };
  const { header, lines } = readManifest(manifest);
  const revision = examplesRevision(header.revisions);
  const stored = await examplesById(sql, { ids: lines.map((line) => line.id), revision });
  const again = thaw(manifest, stored.filter(isOwn));
  if (again.kind === 'missing')
    return { kind: 'incomplete', missing: again.count, examples: lines.length };
  return { kind: 'whole', frozen: again.frozen, revision, revisions: header.revisions };
}
