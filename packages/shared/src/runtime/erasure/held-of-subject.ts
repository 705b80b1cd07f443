import type { Json } from '../../domain/canonical-json.ts';
import { type ErasureReceipt, type Subject, subjectSha256 } from '../../domain/erasure.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import { type HeldRow, heldSession } from './held-session.ts';
import { holdingsOf, oneLook } from './holdings.ts';
import { writtenBytes } from './written-bytes.ts';

export interface HeldSubject {
  readonly subject: Subject;
  /** When it was forgotten, and the receipts of that; null: it was not. */
  readonly forgotten: { readonly at: Date; readonly receipts: readonly Json[] } | null;
  /** What an erasure of now would say: counts, and the models that learnt from it or were measured on it. */
  readonly receipt: ErasureReceipt;
  /** Datasets that its examples were in, by hash. */
  readonly datasets: readonly HeldRow[];
  /** Models that were made of these datasets; of those between the first and the last the receipt tells. */
  readonly models: readonly HeldRow[];
  /** What is held where no row says whose it is. */
  readonly elsewhere: readonly string[];
}

export interface HeldSink {
  readonly session: (document: HeldRow) => Promise<void>;
  readonly deadLetter: (document: HeldRow) => Promise<void>;
}

/**
 * Everything that is held of a session or a user, with its text: the counterpart of an erasure, by the same look. Sessions and dead
 * letters go to the sink one at a time, so that a person of thousands does not have to fit into memory; what is returned speaks of
 * the same moment. Erased versions are shown as what stays of them.
 */
export async function readHeld(sql: Sql, subject: Subject, sink: HeldSink): Promise<HeldSubject> {
  return await sql.begin(oneLook, async (tx) => {
    const { receipt, sessions, letters } = await holdingsOf(tx, subject);
    const names = new Set(sessions);
    if (subject.kind === 'session' && (await isKnown(tx, subject))) names.add(subject.id);
    const datasets = new Set<string>();
    for (const sessionId of names) {
      const held = await heldSession(tx, { source: subject.source, sessionId });
      for (const name of held.datasets) datasets.add(name);
      await sink.session(held.document);
    }
    for (const id of letters) await sink.deadLetter(await heldLetter(tx, id));
    return {
      subject,
      forgotten: await forgottenAt(tx, subject),
      receipt,
      datasets: await tx<HeldRow[]>`
        select sha256, model_name, model_type, counts, created_at from datasets
        where sha256 = any(${[...datasets]}::text[]) order by created_at, sha256`,
      models: await tx<HeldRow[]>`
        select model_id, model_name, model_type, dataset_sha256, created_at from models
        where dataset_sha256 = any(${[...datasets]}::text[]) order by created_at, model_id`,
      elsewhere: elsewhereOf(receipt),
    };
  });
}

/** Erased versions have no user any more, but keep the session's id. */
async function isKnown(tx: Transaction, { source, id }: Subject): Promise<boolean> {
  const [row] = await tx`
    select 1 from sessions where source = ${source} and session_id = ${id}
    union all select 1 from gathered_sessions where source = ${source} and session_id = ${id} limit 1`;
  return row !== undefined;
}

async function heldLetter(tx: Transaction, id: string): Promise<HeldRow> {
  const [row] = await tx<{ key: Uint8Array | null; bytes: Uint8Array | null }[]>`
    select id::text, stage, topic, partition, record_offset::text as "offset", key, headers, bytes, sha256, code, message,
      dead_at, retried_at
    from dead_letters where id = ${id}::uuid`;
  return {
    ...row,
    key: row?.key ? writtenBytes(row.key) : null,
    bytes: row?.bytes ? writtenBytes(row.bytes) : null,
  };
}

async function forgottenAt(tx: Transaction, subject: Subject): Promise<HeldSubject['forgotten']> {
  const name = subjectSha256(subject);
  const [stone] = await tx<{ at: Date }[]>`
    select erased_at as at from tombstones where subject_sha256 = ${name}`;
  if (stone === undefined) return null;
  const rows = await tx<{ receipt: Json }[]>`
    select detail || jsonb_build_object('at', at) as receipt from audit
    where action = 'erased' and subject = ${name} order by at`;
  return { at: stone.at, receipts: rows.map(({ receipt }) => receipt) };
}

const elsewhereOf = ({ models, in_kafka_until: until }: ErasureReceipt): readonly string[] => [
  ...(until === null ? [] : [`the broker keeps the records as they were published until ${until}`]),
  ...(models.length === 0 ? [] : ['the weights of the models named above']),
  'copies that somebody exported, and backups',
];
