import { z } from 'zod';
import type { StageName } from '../../../contracts/topics.ts';
import type { Transaction } from '../../../ports/database.ts';

const count = z.coerce.number().int();
const stageCounts = z.object({
  duplicate: count,
  superseded: count,
  erased: count,
  noted: count,
  dead: count,
});

export interface Counts {
  readonly counted: Readonly<Record<StageName, z.infer<typeof stageCounts>>>;
  readonly progress: readonly {
    readonly stage: string;
    readonly topic: string;
    readonly partition: number;
    readonly first: bigint;
    readonly next: bigint;
  }[];
  /** Rows by what they say, one figure each. */
  readonly rows: z.infer<typeof rowsSchema>;
  /** Unpublished events by topic. */
  readonly outbox: Readonly<Record<string, number>>;
  readonly dataset: Readonly<Record<string, number>>;
}

const rowsSchema = z.object({
  http_accepts: count,
  http_duplicates: count,
  sessions: count,
  /** Versions of sessions that came as a whole. */
  whole: count,
  /** Messages and ends that came by themselves. */
  gathered: count,
  open_sessions: count,
  open_messages: count,
  kept: count,
  rejected: count,
  judged: count,
  /** Verdicts, of any revision, whose event goes to the augmentor: kept, or accepted by a person. */
  to_augment: count,
  /** Verdicts, of any revision, that stand as rejected. */
  rejected_rows: count,
  augmented: count,
  augmentations: count,
  /** By request, whether it became a job or was folded into a queued one. */
  requests: count,
  /** Asked for over HTTP, and no job knows of it. */
  unanswered_requests: count,
  models: count,
  /** Moves of an alias that a person asked for. */
  hand_moves: count,
  dead_letters: count,
});

/** Everything that the stages wrote, counted in sets: one pass a table. */
export async function readCounts(tx: Transaction): Promise<Counts> {
  const several = {
    verdicts: await hasSeveralRevisions(tx, 'verdicts'),
    augmentations: await hasSeveralRevisions(tx, 'augmentations'),
  };
  const [row] = await tx.unsafe(rowsQuery(several));
  const progress = await tx<
    { stage: string; topic: string; partition: number; first: string; next: string }[]
  >`
    select stage, topic, partition, first_offset::text as first, next_offset::text as next from progress`;
  const outbox = await tx<{ topic: string; rows: number }[]>`
    select topic, count(*)::int as rows from outbox group by topic`;
  return {
    counted: await readCounted(tx),
    progress: progress.map((p) => ({ ...p, first: BigInt(p.first), next: BigInt(p.next) })),
    rows: rowsSchema.parse(row),
    outbox: Object.fromEntries(outbox.map((o) => [o.topic, o.rows])),
    dataset: await readDataset(tx),
  };
}

/**
 * A session version is counted by its first verdict: a later revision judges it again without it coming in again.
 * First is the revision seen first. With one revision, the usual case, every row is a first one and nothing is sorted.
 */
const firstVerdicts = `
  select distinct on (v.source, v.session_id, v.version) v.verdict
  from verdicts v left join revisions r on r.stage = 'validator' and r.revision = v.revision
  order by v.source, v.session_id, v.version, r.first_seen nulls last, v.revision`;

/**
 * An event comes in for each kept verdict, of each revision; examples made again by other settings of the augmentor come
 * from the same one.
 */
const takenVerdicts = `(
  select count(*) from (
    select distinct a.source, a.session_id, a.version, coalesce(x.settings->>'validator', a.revision)
    from augmentations a left join revisions x on x.stage = 'examples' and x.revision = a.revision) d)`;

const rowsQuery = (several: {
  readonly verdicts: boolean;
  readonly augmentations: boolean;
}): string => `
  select
    h.http_accepts, h.http_duplicates, s.sessions, s.whole, (select count(*) from gathered_events) as gathered,
    o.open_sessions, o.open_messages, f.kept, f.rejected, f.judged, v.to_augment, v.rejected_rows,
    ${several.augmentations ? takenVerdicts : 'a.augmentations'} as augmented,
    a.augmentations,
    (select count(*) from (
      select request_id, model_name from training_jobs where cause = 'request'
      union select detail->>'request_id', detail->>'model_name' from audit
      where action = 'job_folded' and detail->>'cause' = 'request') j) as requests,
    (select count(*) from audit a where a.action = 'training_requested'
      and not exists (select from training_jobs j where j.request_id = a.subject)
      and not exists (select from audit f where f.action = 'job_folded' and f.detail->>'request_id' = a.subject)
    ) as unanswered_requests,
    (select count(*) from models) as models,
    (select count(*) from audit where action = 'alias_moved' and detail->>'cause' in ('promote', 'rollback'))
      as hand_moves,
    (select count(*) from dead_letters) as dead_letters
  from
    (select count(*) as sessions, count(*) filter (where origin <> 'messages') as whole from sessions) s,
    (select coalesce(sum(events), 0) as http_accepts, coalesce(sum(
      case when version is null then duplicates when outcome = 'duplicate' then 1 else 0 end), 0) as http_duplicates
      from http_accepts) h,
    (select count(*) as open_sessions, coalesce(sum(messages), 0) as open_messages from gathered_sessions
      where state = 'open') o,
    (select count(*) filter (where cleaned is not null or (verdict = 'kept' and override is distinct from 'rejected')) as to_augment,
      count(*) filter (where coalesce(override, verdict) = 'rejected') as rejected_rows from verdicts) v,
    (select count(*) filter (where verdict = 'kept') as kept, count(*) filter (where verdict = 'rejected') as rejected,
      count(*) as judged from (${several.verdicts ? firstVerdicts : 'select verdict from verdicts'}) f) f,
    (select count(*) as augmentations from augmentations) a`;

async function hasSeveralRevisions(
  tx: Transaction,
  table: 'verdicts' | 'augmentations',
): Promise<boolean> {
  const rows = await tx`select distinct revision from ${tx(table)} limit 2`;
  return rows.length > 1;
}

async function readCounted(tx: Transaction): Promise<Counts['counted']> {
  const rows = await tx`
    select s.stage, coalesce(sum(p.duplicate), 0) as duplicate, coalesce(sum(p.superseded), 0) as superseded,
      coalesce(sum(p.erased), 0) as erased, coalesce(sum(p.noted), 0) as noted,
      (select count(*) from dead_letters d where d.stage = s.stage) as dead
    from unnest(array['ingestor', 'validator', 'augmentor', 'trainer']) as s(stage)
    left join progress p on p.stage = s.stage
    group by s.stage`;
  const byStage = Object.fromEntries(
    rows.map((row) => [String(row['stage']), stageCounts.parse(row)]),
  );
  return z
    .object({
      ingestor: stageCounts,
      validator: stageCounts,
      augmentor: stageCounts,
      trainer: stageCounts,
    })
    .parse(byStage);
}

const datasetCounts = z.object({
  ready: count,
  train: count,
  holdout: count,
  not_sampled: count,
  dropped: z.record(z.string(), count).default({}),
});

/** The newest dataset: where each ready example went. */
async function readDataset(tx: Transaction): Promise<Counts['dataset']> {
  const [row] = await tx<{ counts: unknown }[]>`
    select counts from datasets order by created_at desc, sha256 limit 1`;
  if (row === undefined) return {};
  const { dropped, ...rest } = datasetCounts.parse(row.counts);
  const reasons = Object.entries(dropped).map(([reason, n]) => [`dropped.${reason}`, n]);
  return { ...rest, ...Object.fromEntries(reasons) };
}
