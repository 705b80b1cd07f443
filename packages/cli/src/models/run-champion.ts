import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { deliveryStore } from '@millrace/shared/adapters/postgres/delivery-store';
import { modelName, modelType } from '@millrace/shared/contracts/identity';
import { UserError } from '@millrace/shared/domain/errors';
import { championOf, type ModelLine } from '@millrace/shared/runtime/champion';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { type ChampionChange, promoteModel, rollBackLine, textOf } from './move-champion.ts';

interface MoveVerbOptions {
  readonly why?: string;
  readonly json?: boolean;
}

/** `millrace models promote ID`: makes it the model in use, whatever the gate said, with the reason on record. */
export async function runModelsPromote(
  terminal: Terminal,
  modelId: string,
  { line, why, json }: MoveVerbOptions & { readonly line?: string },
): Promise<void> {
  const change = await withFleet(terminal, ({ sql }) =>
    promoteModel(deliveryStore(sql), {
      modelId,
      ...(line !== undefined && { line: parseLine(line) }),
      ...order(why),
    }),
  );
  if (change.decision !== 'promoted') terminal.say(`against the gate: ${change.sentence}`);
  show(terminal, change, json);
}

/** `millrace models rollback LINE`: the model before the one in use; again, the one before that. */
export async function runModelsRollback(
  terminal: Terminal,
  lineText: string,
  { why, json }: MoveVerbOptions,
): Promise<void> {
  const line = parseLine(lineText);
  const change = await withFleet(terminal, async ({ sql }) => {
    const store = deliveryStore(sql);
    const expected = await store.transaction((tx) => championOf(tx, line));
    return await rollBackLine(store, { line, expected, ...order(why) });
  });
  show(terminal, change, json);
}

function show(terminal: Terminal, change: ChampionChange, json: boolean | undefined): void {
  const { model_id: id, from, moved, path } = change;
  const line = textOf({ modelName: change.model_name, modelType: change.model_type });
  if (!path.startsWith('s3://') && !existsSync(path)) {
    terminal.say(`its folder is not to be seen from here: ${path}; trainings of ${line} need it`);
  }
  if (json) terminal.data(JSON.stringify(change, null, 2));
  else if (!moved) terminal.data(`${id} is the champion of ${line} already`);
  else terminal.data(`${id} is the champion of ${line}; before it: ${from ?? 'none'}`);
}

function order(given: string | undefined) {
  const why = given?.trim() || null;
  return { why, moveId: randomUUID(), nowMs: Date.now() };
}

/** @throws UserError (exit 2) when it is not NAME/TYPE */
function parseLine(text: string): ModelLine {
  const [name, type, ...rest] = text.split('/');
  const parsedName = modelName.safeParse(name);
  const parsedType = modelType.safeParse(type);
  if (parsedName.success && parsedType.success && rest.length === 0) {
    return { modelName: parsedName.data, modelType: parsedType.data };
  }
  throw new UserError(
    'MILLRACE_INPUT_MODEL_LINE',
    `${JSON.stringify(text)} is no model line: NAME/TYPE, such as default/embedding`,
    { exitCode: exitCodes.usage },
  );
}
