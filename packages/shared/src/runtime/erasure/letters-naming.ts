import { type Subject, subjectSha256 } from '../../domain/erasure.ts';
import { namesIn } from '../../domain/names-in.ts';
import type { Sql, Transaction } from '../../ports/database.ts';
import type { DeadLetterRow } from '../../ports/delivery-store.ts';
import { holdErasures } from './erased-versions.ts';

/** Of one query: a letter may have 4 MiB. */
const pageLetters = 20;

interface Letter {
  readonly id: string;
  readonly key: Uint8Array | null;
  readonly bytes: Uint8Array | null;
}

/**
 * Dead letters of the input that name one of these ids in key or bytes, however it is written there. Those that say they come
 * from another source are left. Of a few ids the database looks first; of many each letter is read, once: about 10 MB/s. Locks
 * nothing.
 */
export async function lettersNaming(
  sql: Sql | Transaction,
  { source, ids }: { readonly source: string; readonly ids: ReadonlySet<string> },
): Promise<readonly string[]> {
  const found: string[] = [];
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const page = await sql<Letter[]>`
      select id::text, key, bytes from dead_letters
      where id > ${after}::uuid and stage = 'ingestor' and purged_at is null and num_nonnulls(key, bytes) > 0
        and coalesce(headers->>'ce_source', ${source}) = ${source} and ${mayName(sql, ids)}
      order by dead_letters.id limit ${pageLetters}`;
    for (const letter of page) if (isNamed(letter, ids)) found.push(letter.id);
    const last = page.at(-1);
    if (last === undefined) return found;
    after = last.id;
  }
}

/** Ids that the database looks for one by one. */
const few = 20;

/**
 * Letters that hold one of a few ids as it is, or could hold it in another spelling: `\u00e9`, `\/`, UTF-16. Without this a
 * `DELETE` of one session would bring every dead letter here.
 */
function mayName(sql: Sql | Transaction, ids: ReadonlySet<string>) {
  if (ids.size > few) return sql`true`;
  const all = [...ids];
  const isEscaped = all.some((id) => /["'\\/]/.test(id));
  return sql`(
    position('\\x5c75'::bytea in bytes) > 0 or position('\\x00'::bytea in bytes) > 0
    or (${isEscaped} and position('\\x5c'::bytea in bytes) > 0)
    or exists (
      select from unnest(${all}::text[]) as n (id)
      where position(convert_to(n.id, 'UTF8') in bytes) > 0 or position(convert_to(n.id, 'UTF8') in key) > 0))`;
}

function isNamed(letter: Pick<Letter, 'key' | 'bytes'>, ids: ReadonlySet<string>): boolean {
  for (const name of namesOf(letter)) if (ids.has(name)) return true;
  return false;
}

function* namesOf({ key, bytes }: Pick<Letter, 'key' | 'bytes'>): Generator<string> {
  if (key !== null) {
    yield Buffer.from(key).toString('utf8');
    yield* namesIn(key);
  }
  if (bytes !== null) yield* namesIn(bytes);
}

/** Names of a letter that are looked up before others have their turn: about 50 ms. */
const atOnce = 10_000;

/**
 * The letters as they may be kept: of those of the input that name somebody who was forgotten only cause, place and hash. Such a
 * record cannot be refused at the door, for nobody could read whose it is. Holds erasures off when there are letters.
 */
export async function withoutForgotten(
  tx: Transaction,
  letters: readonly DeadLetterRow[],
): Promise<readonly DeadLetterRow[]> {
  if (!letters.some(isOfInput)) return letters;
  await holdErasures(tx);
  const [any] = await tx`select 1 from tombstones limit 1`;
  if (any === undefined) return letters;
  const kept: DeadLetterRow[] = [];
  for (const letter of letters)
    kept.push(
      isOfInput(letter) && (await namesForgotten(tx, letter))
        ? { ...letter, key: null, bytes: null, headers: {} }
        : letter,
    );
  return kept;
}

const isOfInput = ({ stage, key, bytes }: DeadLetterRow): boolean =>
  stage === 'ingestor' && (key !== null || bytes !== null);

async function namesForgotten(tx: Transaction, letter: DeadLetterRow): Promise<boolean> {
  const sources = sourcesOf(letter);
  let subjects = new Set<string>();
  const areGone = async (): Promise<boolean> => {
    const [gone] = await tx`
      select 1 from tombstones where subject_sha256 = any(${[...subjects]}::text[]) limit 1`;
    subjects = new Set();
    await new Promise((resolve) => setImmediate(resolve));
    return gone !== undefined;
  };
  for (const name of new Set(namesOf(letter))) {
    for (const source of sources)
      for (const kind of kinds) subjects.add(subjectSha256({ source, kind, id: name }));
    if (subjects.size >= atOnce && (await areGone())) return true;
  }
  return await areGone();
}

const kinds: readonly Subject['kind'][] = ['session', 'user'];

/** Where a record may be from: its header says it, else its document does, else it is called as its topic. */
function sourcesOf({ headers, topic, bytes }: DeadLetterRow): readonly string[] {
  const said = headers['ce_source'];
  if (said !== undefined) return [said];
  const inside = /"source"\s*:\s*"([^"\\]{1,200})"/.exec(Buffer.from(bytes ?? []).toString('utf8'));
  return inside?.[1] === undefined ? [topic] : [topic, inside[1]];
}
