import { TransientError } from '@millrace/shared/domain/errors';
import { contentSha256 } from '@millrace/shared/domain/example';
import { examplesRevision } from '@millrace/shared/domain/revision';
import type { SessionKey } from '@millrace/shared/domain/session';
import type { Transaction } from '@millrace/shared/ports/database';
import { erasedVersions } from '@millrace/shared/runtime/erasure/erased-versions';
import { writeRevision } from '@millrace/shared/runtime/record-revision';
import type { Augmented } from './core/decide.ts';
import { countOf } from './core/examples-of.ts';
import type { PlacedExample } from './core/placed-example.ts';

/**
 * Sides, then one row a session version and its revisions, then the examples of those that are new. Of a session that was
 * erased since it was loaded nothing is written.
 */
export async function saveAugmented(tx: Transaction, all: readonly Augmented[]): Promise<Fresh> {
  const erased = await erasedVersions(
    tx,
    all.map(({ session }) => session.key),
  );
  const augmented = all.filter(({ session }) => !erased.has(session.key));
  await keepSides(tx, augmented);
  await keepRevisions(tx, augmented);
  const fresh = await insertAugmentations(tx, augmented);
  await insertExamples(tx, augmented.filter(fresh.has));
  return { ...fresh, isErased: ({ session }) => erased.has(session.key) };
}

/** Writes down what the examples are keyed by, at first sight. */
async function keepRevisions(tx: Transaction, augmented: readonly Augmented[]): Promise<void> {
  const all = new Map(augmented.map(({ revisions }) => [examplesRevision(revisions), revisions]));
  for (const [revision, { validator, augmentor }] of [...all].sort())
    await writeRevision(tx, { stage: 'examples', revision, settings: { validator, augmentor } });
}

/**
 * Stores the sides of groups seen for the first time. Sorted, so that two workers wait for each other in one order.
 * @throws TransientError when a group was given the other side since the batch was loaded: load again
 */
async function keepSides(tx: Transaction, augmented: readonly Augmented[]): Promise<void> {
  const sides = new Map(augmented.map(({ group, side }) => [group, side]));
  const groups = [...sides.keys()].sort();
  if (groups.length === 0) return;
  await tx`
    insert into sides (group_key, side)
    select * from unnest(${groups}::text[], ${groups.map((g) => sides.get(g) ?? null)}::text[])
    on conflict (group_key) do nothing`;
  const stored = await tx<{ group_key: string; side: string }[]>`
    select group_key, side from sides where group_key = any(${groups}::text[])`;
  if (stored.some((row) => sides.get(row.group_key) !== row.side)) {
    throw new TransientError(
      'MILLRACE_PROCESSING_SIDE_MOVED',
      'a group was given its side by another worker while its examples were made',
    );
  }
}

/** The session versions whose rows are new. */
interface Fresh extends Inserts {
  isErased(augmented: Augmented): boolean;
}

interface Inserts {
  has(augmented: Augmented): boolean;
  /** Whether it is new, once: a second event of one batch for the same version is a repetition. */
  take(augmented: Augmented): boolean;
}

/**
 * One row a session version and its revisions: what is there already stays, and makes no examples again. Rows of a
 * version and a verdict that have examples of other settings already are put on record by their number: no event of
 * their own came in, so the ledger counts them by it.
 */
async function insertAugmentations(
  tx: Transaction,
  augmented: readonly Augmented[],
): Promise<Inserts> {
  const keys = augmented.map(({ session }) => session.key);
  const rows = await tx<Inserted[]>`
    insert into augmentations (source, session_id, version, revision, side, pairs, chats, techniques)
    select k.source, k.session_id, k.version, k.revision, k.side, k.pairs, k.chats, k.techniques
    from unnest(
      ${keys.map((k) => k.source)}::text[],
      ${keys.map((k) => k.sessionId)}::text[],
      ${keys.map((k) => k.version)}::int[],
      ${augmented.map((a) => examplesRevision(a.revisions))}::text[],
      ${augmented.map((a) => a.side)}::text[],
      ${augmented.map((a) => countOf(a.examples, 'pair'))}::int[],
      ${augmented.map((a) => countOf(a.examples, 'chat'))}::int[],
      ${augmented.map((a) => JSON.stringify(a.techniques))}::text[]::jsonb[]
    ) as k (source, session_id, version, revision, side, pairs, chats, techniques)
    on conflict (source, session_id, version, revision) do nothing
    returning source, session_id as "sessionId", version, revision, exists (
      select from augmentations o
      join revisions x on x.stage = 'examples' and x.revision = o.revision
      join revisions mine on mine.stage = 'examples' and mine.revision = augmentations.revision
      where o.source = augmentations.source and o.session_id = augmentations.session_id
        and o.version = augmentations.version and o.revision <> augmentations.revision
        and x.settings->>'validator' = mine.settings->>'validator') as again`;
  const again = rows.filter((row) => row.again).length;
  if (again > 0)
    await tx`
      insert into audit (id, action, subject, detail)
      values (gen_random_uuid(), 'augmented_again', 'augmentor', jsonb_build_object('count', ${again}::int))`;
  const fresh = new Set(rows.map((row) => placeOf(row, row.revision)));
  const open = new Set(fresh);
  return {
    has: (of) => fresh.has(placeOfAugmented(of)),
    take: (of) => open.delete(placeOfAugmented(of)),
  };
}

interface Inserted extends SessionKey {
  readonly revision: string;
  readonly again: boolean;
}

/** The examples of new session versions, all in one statement. */
async function insertExamples(tx: Transaction, augmented: readonly Augmented[]): Promise<void> {
  const unique = new Map(augmented.map((a) => [placeOfAugmented(a), a]));
  const all = [...unique.values()].flatMap((a) => {
    const revision = examplesRevision(a.revisions);
    return a.examples.map((example) => ({ ...example, revision }));
  });
  if (all.length === 0) return;
  await tx`
    insert into examples (id, revision, source, session_id, version, user_id, kind, technique, parent_id, position,
      content, content_sha256, features)
    select e.id, e.revision, e.source, e.session_id, e.version, e.user_id, e.kind, e.technique, e.parent_id,
      e.position, e.content, e.content_sha256, e.features
    from unnest(
      ${all.map((e) => e.id)}::text[],
      ${all.map((e) => e.revision)}::text[],
      ${all.map((e) => e.key.source)}::text[],
      ${all.map((e) => e.key.sessionId)}::text[],
      ${all.map((e) => e.key.version)}::int[],
      ${all.map((e) => e.userId)}::text[],
      ${all.map((e) => e.kind)}::text[],
      ${all.map((e) => e.technique)}::text[],
      ${all.map((e) => e.parentId)}::text[],
      ${all.map((e) => e.position)}::int[],
      ${all.map((e) => JSON.stringify(contentOf(e)))}::text[]::jsonb[],
      ${all.map(contentSha256)}::text[],
      ${all.map((e) => JSON.stringify(e.features))}::text[]::jsonb[]
    ) as e (id, revision, source, session_id, version, user_id, kind, technique, parent_id, position, content, content_sha256,
      features)`;
}

const contentOf = (example: PlacedExample) =>
  example.kind === 'pair'
    ? { anchor: example.anchor, positive: example.positive }
    : { messages: example.messages };

/** Ids may hold any character: `a/b` of `c` is not `a` of `b/c`. */
const placeOf = ({ source, sessionId, version }: SessionKey, revision: string): string =>
  JSON.stringify([source, sessionId, version, revision]);

const placeOfAugmented = ({ session, revisions }: Augmented): string =>
  placeOf(session.key, examplesRevision(revisions));
