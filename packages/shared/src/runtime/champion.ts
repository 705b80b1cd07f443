import { type AliasMove, type MoveCause, moveCauses } from '../domain/alias-history.ts';
import type { ModelType } from '../domain/example.ts';
import type { Transaction } from '../ports/database.ts';

/** The alias `champion` of a model line, moved and read under one lock; every move is a row of `audit`. */
export interface ModelLine {
  readonly modelName: string;
  readonly modelType: ModelType;
}

export interface ChampionMove extends AliasMove {
  readonly line: ModelLine;
  /** Id of the audit row; the same id again changes nothing. */
  readonly moveId: string;
  /** A person's words, kept in the audit only. */
  readonly why: string | null;
}

/** Whoever moves the alias of a line, or decides by where it points, waits here until the transactions before have ended. */
export async function lockLine(tx: Transaction, line: ModelLine): Promise<void> {
  const name = `millrace champion ${line.modelName}/${line.modelType}`;
  await tx`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
}

/** The model in use; null before the first. */
export async function championOf(tx: Transaction, line: ModelLine): Promise<string | null> {
  const [row] = await tx<{ modelId: string }[]>`
    select model_id as "modelId" from aliases
    where model_name = ${line.modelName} and model_type = ${line.modelType} and alias = 'champion'`;
  return row?.modelId ?? null;
}

/**
 * Point the alias at a model and write the audit row, under the line's lock.
 * @returns the model in use before, null for the first
 */
export async function moveChampion(tx: Transaction, move: ChampionMove): Promise<string | null> {
  const { line, modelId, cause, why, moveId } = move;
  await lockLine(tx, line);
  const from = await championOf(tx, line);
  await tx`
    insert into aliases (model_name, model_type, alias, model_id)
    values (${line.modelName}, ${line.modelType}, 'champion', ${modelId})
    on conflict (model_name, model_type, alias) do update set model_id = excluded.model_id`;
  const detail = {
    model_name: line.modelName,
    model_type: line.modelType,
    alias: 'champion',
    from,
    to: modelId,
    cause,
    ...(why !== null && { why }),
  };
  // the moment under the lock, not that of the transaction's begin: the order of moves is that of their times
  await tx`
    insert into audit (id, action, subject, detail, at)
    values (${moveId}, 'alias_moved', ${modelId}, ${JSON.stringify(detail)}::text::jsonb, clock_timestamp())
    on conflict (id) do nothing`;
  return from;
}

/** Every move of the line's champion, oldest first. */
export async function championMoves(
  tx: Transaction,
  line: ModelLine,
): Promise<readonly AliasMove[]> {
  const rows = await tx<{ modelId: string; cause: string | null }[]>`
    select subject as "modelId", detail->>'cause' as cause from audit
    where action = 'alias_moved' and detail->>'alias' = 'champion'
      and detail->>'model_name' = ${line.modelName} and detail->>'model_type' = ${line.modelType}
    order by at`;
  return rows.map(({ modelId, cause }) => ({ modelId, cause: causeOf(cause) }));
}

/** Moves of the first versions name no cause: only the gate moved the alias then. */
const causeOf = (cause: string | null): MoveCause =>
  moveCauses.find((known) => known === cause) ?? 'gate';
