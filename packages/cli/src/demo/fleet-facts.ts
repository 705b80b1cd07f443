import type { CountedExample, JudgedSession } from '@millrace/pipeline';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { Sql } from '@millrace/shared/ports/database';
import { z } from 'zod';

const judgedRow = z.object({
  verdict: z.enum(['kept', 'rejected']),
  findings: z.array(z.looseObject({ code: z.string(), action: z.string() })),
  metrics: z.looseObject({ quality: z.number(), messages: z.number() }),
  cleaned: z
    .looseObject({
      conversation_data: z.looseObject({
        messages: z.array(z.looseObject({ content: z.string().nullable() })),
      }),
    })
    .nullable(),
});

/** The standing verdict on the newest version of every session. */
export async function judgedSessions(sql: Sql): Promise<JudgedSession[]> {
  const rows = await sql`
    select distinct on (source, session_id) stands as verdict, findings, metrics,
      case when stands = 'kept' then cleaned end as cleaned
    from standing_verdicts order by source, session_id, version desc`;
  return rows.map((row) => {
    const { verdict, findings, metrics, cleaned } = judgedRow.parse(row);
    const messages = cleaned?.conversation_data.messages ?? [];
    return {
      verdict,
      findings,
      quality: metrics.quality,
      messages: metrics.messages,
      messagesKept: messages.length,
      texts: messages.flatMap(({ content }) => content ?? []),
    };
  });
}

/** What the examples of now are keyed by. */
async function currentExamples(sql: Sql): Promise<string> {
  const { validator = 'none', augmentor = 'none' } = await currentRevisions(sql);
  return examplesRevision({ validator, augmentor });
}

const numbers = z.record(z.string(), z.number());
const exampleRow = z.object({ kind: z.string(), technique: z.string(), features: numbers });

/** Examples by the settings of now, of every version. */
export async function countedExamples(sql: Sql): Promise<CountedExample[]> {
  const revision = await currentExamples(sql);
  const rows = await sql`
    select kind, technique, features from examples where revision = ${revision}`;
  return rows.map((row) => exampleRow.parse(row));
}

const techniquesRow = z.object({
  techniques: z.record(
    z.string(),
    z.object({ proposed: z.number(), accepted: z.number(), refused: numbers }),
  ),
});

/** Per session: what each technique proposed, accepted and refused. */
export async function techniqueCounts(sql: Sql) {
  const revision = await currentExamples(sql);
  const rows = await sql`select techniques from augmentations where revision = ${revision}`;
  return rows.map((row) => techniquesRow.parse(row).techniques);
}

const countRow = z.object({ code: z.string(), count: z.coerce.number() });

/** Dead letters by error code. */
export async function deadByCode(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const rows =
    await sql`select code, count(*) as count from dead_letters group by code order by code`;
  return Object.fromEntries(
    rows.map((row) => {
      const { code, count } = countRow.parse(row);
      return [code, count];
    }),
  );
}

const superseded = z.object({ count: z.coerce.number() });

/** Judged versions of sessions that have a newer judged one. */
export async function supersededVerdicts(sql: Sql): Promise<number> {
  const [row] = await sql`
    select count(distinct (source, session_id, version)) - count(distinct (source, session_id)) as count from verdicts`;
  return superseded.parse(row).count;
}

const modelsRow = z.object({ models: z.record(z.string(), z.string()).nullable() });

/** SHA-256 of each model that the augmentor decides with now, by its part; none of a revision before they were kept. */
export async function augmentorModels(sql: Sql): Promise<Readonly<Record<string, string>>> {
  const [row] = await sql`
    select settings->'models' as models from revisions where stage = 'augmentor'
    order by last_seen desc, revision limit 1`;
  return (row && modelsRow.parse(row).models) ?? {};
}

const revisionRow = z.object({ stage: z.string(), revision: z.string() });

/** The revision by which each stage works now. */
export async function currentRevisions(sql: Sql): Promise<Readonly<Record<string, string>>> {
  const rows = await sql`
    select distinct on (stage) stage, revision from revisions order by stage, last_seen desc, revision`;
  return Object.fromEntries(
    rows.map((row) => {
      const { stage, revision } = revisionRow.parse(row);
      return [stage, revision];
    }),
  );
}
