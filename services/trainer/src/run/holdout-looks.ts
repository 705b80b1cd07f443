import type { Sql } from '@millrace/shared/ports/database';

/**
 * How often a candidate of another job was compared on this very holdout, of whatever line: each look makes it likelier
 * that one wins by chance. A job that failed after its candidate was evaluated has looked too.
 */
export async function earlierLooks(
  sql: Sql,
  { holdoutSha256, jobId }: { readonly holdoutSha256: string; readonly jobId: string },
): Promise<number> {
  const [row] = await sql<{ looks: number }[]>`
    select count(*)::int as looks from training_jobs j join datasets d on d.sha256 = j.dataset_sha256
    where d.holdout_sha256 = ${holdoutSha256} and j.job_id <> ${jobId}
      and (j.state = 'succeeded' or j.progress->>'phase' = 'evaluate candidate')`;
  return row?.looks ?? 0;
}
