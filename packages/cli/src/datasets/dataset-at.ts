import path from 'node:path';
import { openModelStore } from '@millrace/shared/adapters/model-store/open-model-store';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Example } from '@millrace/shared/domain/example';
import type { Sql } from '@millrace/shared/ports/database';
import { type StoredDataset, storedDataset } from '@millrace/trainer';

interface Wanted<E extends Example> {
  readonly sha256: string;
  readonly settings: Settings;
  /** Where a manifest goes that lies in S3. */
  readonly scratch: string;
  readonly isOwn: (example: Example) => example is E;
  readonly signal: AbortSignal;
}

/** A frozen dataset from where its row says that it lies, or what it lacks. */
export async function datasetAt<E extends Example>(
  sql: Sql,
  { sha256, settings, scratch, isOwn, signal }: Wanted<E>,
): Promise<StoredDataset<E>> {
  const [row] = await sql<{ at: string }[]>`
    select manifest_path as at from datasets where sha256 = ${sha256}`;
  if (row === undefined) return { kind: 'gone' };
  const { at } = row;
  if (!at.startsWith('s3://')) return await storedDataset(sql, { sha256, file: at, isOwn });
  const file = path.join(scratch, `${sha256}.ndjson`);
  await openModelStore(settings, at).get(at, file, signal);
  return await storedDataset(sql, { sha256, file, isOwn });
}

/** What is the matter with a dataset that is not whole, in a sentence; null: nothing. */
export async function datasetFault(
  sql: Sql,
  sha256: string,
  dataset: StoredDataset<Example>,
): Promise<string | null> {
  if (dataset.kind === 'whole') return null;
  if (dataset.kind === 'gone') return `the file of dataset ${sha256} is gone`;
  if (dataset.kind === 'changed')
    return `the file of dataset ${sha256} was changed: it hashes to ${dataset.sha256}`;
  const { missing, examples } = dataset;
  const sessions = await forgottenSince(sql, sha256);
  const why =
    sessions === 0
      ? 'are gone or say something else now'
      : `are gone: ${sessions === 1 ? 'a session was' : `${sessions} sessions were`} forgotten since, and what is forgotten does not come back`;
  return `${missing} of the ${examples} examples of dataset ${sha256} ${why}`;
}

/** Session versions that were erased after a dataset was frozen. */
async function forgottenSince(sql: Sql, sha256: string): Promise<number> {
  const [row] = await sql<{ sessions: number }[]>`
    select count(distinct (detail->>'source', subject))::int as sessions
    from audit, datasets d
    where d.sha256 = ${sha256} and action = 'session_erased' and at >= d.created_at`;
  return row?.sessions ?? 0;
}
