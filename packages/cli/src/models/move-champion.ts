import { gateDecision, modelEvaluated } from '@millrace/shared/contracts/events';
import { modelName, modelType } from '@millrace/shared/contracts/identity';
import { topics } from '@millrace/shared/contracts/topics';
import { modelBefore } from '@millrace/shared/domain/alias-history';
import { UserError } from '@millrace/shared/domain/errors';
import type { Transaction } from '@millrace/shared/ports/database';
import type { DeliveryStore } from '@millrace/shared/ports/delivery-store';
import {
  type ChampionMove,
  championMoves,
  championOf,
  lockLine,
  type ModelLine,
  moveChampion,
} from '@millrace/shared/runtime/champion';
import { outboxRow } from '@millrace/shared/runtime/outbox';
import { z } from 'zod';

const registered = z.object({
  model_id: z.string(),
  model_name: modelName,
  model_type: modelType,
  job_id: z.string(),
  path: z.string(),
  dataset_sha256: z.string(),
  metrics: z.record(z.string(), z.record(z.string(), z.number())),
  decision: gateDecision,
  sentence: z.string(),
});
type Registered = z.infer<typeof registered>;

/** What a move of the alias `champion` came to. Names as in documents. */
export interface ChampionChange extends Pick<Registered, 'model_id' | 'model_name' | 'model_type'> {
  readonly from: string | null;
  /** False: it was the model in use already, and nothing was written. */
  readonly moved: boolean;
  readonly path: string;
  readonly decision: Registered['decision'];
  readonly sentence: string;
}

export interface MoveOrder {
  /** A person's reason, for the audit. */
  readonly why: string | null;
  /** Id of the audit row. */
  readonly moveId: string;
  /** Milliseconds since 1970, of the event. */
  readonly nowMs: number;
}

/**
 * Make a registered model the one in use: alias, audit and event in one transaction, one move of a line at a time.
 * @throws UserError when the model is unknown or of another line, or when the gate did not promote it and no reason is given
 */
export async function promoteModel(
  store: DeliveryStore,
  { modelId, line, ...order }: MoveOrder & { readonly modelId: string; readonly line?: ModelLine },
): Promise<ChampionChange> {
  return await store.transaction(async (tx) => {
    const model = await findModel(tx, modelId);
    const own = lineOf(model);
    if (line !== undefined && textOf(line) !== textOf(own)) {
      throw wrong(`${modelId} is of line ${textOf(own)}, not of ${textOf(line)}`);
    }
    if (model.decision !== 'promoted' && order.why === null) {
      throw wrong(`the gate did not promote ${modelId}: say --why. ${model.sentence}`);
    }
    await lockLine(tx, own);
    const from = await championOf(tx, own);
    if (from === modelId) return changeOf(model, { from, moved: false });
    return await move(store, tx, { model, cause: 'promote', order });
  });
}

/**
 * Undo the newest move of a line's alias that is not undone yet.
 * @param expected the model in use as the person saw it: when it was moved meanwhile nothing is undone
 * @throws UserError when nothing was in use before
 */
export async function rollBackLine(
  store: DeliveryStore,
  {
    line,
    expected,
    ...order
  }: MoveOrder & { readonly line: ModelLine; readonly expected: string | null },
): Promise<ChampionChange> {
  return await store.transaction(async (tx) => {
    await lockLine(tx, line);
    const now = await championOf(tx, line);
    if (now !== expected) {
      throw wrong(
        `${textOf(line)} was moved meanwhile, to ${now ?? 'nothing'}: look again (millrace models list)`,
      );
    }
    const before = modelBefore(await championMoves(tx, line));
    if (before === null)
      throw wrong(
        `${textOf(line)} had no model before ${now ?? 'its first'}: name one (millrace models list, millrace models promote ID)`,
      );
    const model = await findModel(tx, before);
    return await move(store, tx, { model, cause: 'rollback', order });
  });
}

export const textOf = ({ modelName: name, modelType: type }: ModelLine): string =>
  `${name}/${type}`;

interface Move {
  readonly model: Registered;
  readonly cause: 'promote' | 'rollback';
  readonly order: MoveOrder;
}

async function move(
  store: DeliveryStore,
  tx: Transaction,
  { model, cause, order: { why, moveId, nowMs } }: Move,
): Promise<ChampionChange> {
  const line = lineOf(model);
  const made: ChampionMove = { line, modelId: model.model_id, cause, why, moveId };
  const from = await moveChampion(tx, made);
  const output = {
    topic: topics.modelEvaluated,
    naturalKey: [model.model_id, moveId],
    key: textOf(line),
    data: modelEvaluated.parse({ ...model, alias_moved: { alias: 'champion', from, cause } }),
    traceparent: null,
  };
  await store.appendOutbox(tx, [outboxRow(output, { stage: 'trainer', nowMs, traceparent: null })]);
  return changeOf(model, { from, moved: true });
}

async function findModel(tx: Transaction, modelId: string): Promise<Registered> {
  const [row] = await tx`
    select model_id, model_name, model_type, job_id::text, path, dataset_sha256, metrics, decision, sentence
    from models where model_id = ${modelId}`;
  if (row === undefined) throw wrong(`there is no model ${modelId}: millrace models list`);
  return registered.parse(row);
}

const lineOf = ({ model_name, model_type }: Registered): ModelLine => ({
  modelName: model_name,
  modelType: model_type,
});

function changeOf(
  { model_id, model_name, model_type, path, decision, sentence }: Registered,
  change: Pick<ChampionChange, 'from' | 'moved'>,
): ChampionChange {
  return { model_id, model_name, model_type, ...change, path, decision, sentence };
}

const wrong = (message: string): UserError => new UserError('MILLRACE_INPUT_MODEL', message);
