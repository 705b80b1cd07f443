import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import { type Example, kindOf } from '@millrace/shared/domain/example';
import type { Sql } from '@millrace/shared/ports/database';
import type { StoredDataset, TrainingInputs } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { datasetAt, datasetFault } from '../datasets/dataset-at.ts';
import { llmBase } from '../fleet/llm-base.ts';
import { trainerAssets } from '../fleet/trainer-assets.ts';
import { fetchModel } from '../models/fetch-model.ts';
import { listModels, type ModelRow } from '../models/model-rows.ts';
import { settingsOf, type TrainAgain } from './train-again.ts';

interface Places {
  readonly sql: Sql;
  readonly settings: Settings;
  readonly scratch: string;
}

/** All that it takes to train a registered model again and to compare. */
export interface GatheredTraining
  extends Pick<TrainAgain, 'inputs' | 'settings' | 'dataset' | 'baseFolder' | 'championFolder'> {
  /** A copy of the registered model's folder, every byte as it was registered. */
  readonly registered: string;
}

/** @throws UserError (exit 2) with one line for each thing that is missing */
export async function gatherTraining(
  terminal: Terminal,
  model: ModelRow,
  { sql, settings: now, scratch }: Places,
): Promise<GatheredTraining> {
  const { inputs } = model.report;
  if (inputs === null)
    throw cannot(model, ['it was registered before a training wrote down what it was made of']);
  const settings = settingsOf(now, inputs);
  const registered = path.join(scratch, 'registered');
  const base: { folder?: string } = {};
  const baseFault = await faultOf(async () => {
    base.folder = await baseOf(terminal, model, settings);
  });
  const dataset = await datasetAt(sql, {
    sha256: model.dataset_sha256,
    settings: now,
    scratch,
    isOwn: (example): example is Example => example.kind === kindFor(model),
    signal: terminal.signal,
  });
  const fetched = (folder: string, of: ModelRow) =>
    faultOf(() => fetchModel(now, of, { folder, signal: terminal.signal }));
  const faults = [
    await datasetFault(sql, model.dataset_sha256, dataset),
    baseFault ?? missingBase(base.folder),
    await fetched(registered, model),
  ].filter((fault) => fault !== null);
  const { folder: baseFolder } = base;
  if (faults.length > 0 || dataset.kind !== 'whole' || baseFolder === undefined)
    throw cannot(model, faults);
  const champion = path.join(scratch, 'champion');
  const championFault = await faultOfChampion(sql, inputs, (of) => fetched(champion, of));
  if (championFault !== null) terminal.say(`the card will differ: ${championFault}`);
  const championFolder = existsSync(champion) ? champion : null;
  return { inputs, settings, dataset, baseFolder, championFolder, registered };
}

/** Nothing of a model that learnt from somebody stays when they were forgotten meanwhile. */
export async function requireStillThere(
  sql: Sql,
  model: ModelRow,
  { frozen, revision }: Extract<StoredDataset<Example>, { readonly kind: 'whole' }>,
): Promise<void> {
  const ids = [...frozen.train, ...frozen.holdout].map(({ id }) => id);
  const [row] = await sql<{ there: number }[]>`
    select count(*)::int as there from examples where revision = ${revision} and id = any(${ids})`;
  const missing = ids.length - (row?.there ?? 0);
  if (missing > 0)
    throw cannot(model, [
      `${missing} of its examples were forgotten while it trained: what was made is not kept`,
    ]);
}

const missingBase = (folder = ''): string | null =>
  existsSync(path.join(folder, 'config.json')) ? null : `there is no base in ${folder}`;

const kindFor = ({ model_type }: ModelRow) => kindOf[model_type === 'llm' ? 'llm' : 'embedding'];

const baseOf = async (
  { conduct, say }: Terminal,
  { model_type }: ModelRow,
  settings: Settings,
): Promise<string> =>
  model_type === 'llm'
    ? await llmBase(conduct, settings, say)
    : (await trainerAssets(conduct, settings, say)).baseFolder;

/** What the work says that it lacks; null: nothing. A store that does not answer is not that: it throws on. */
async function faultOf(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}

async function faultOfChampion(
  sql: Sql,
  { champion }: TrainingInputs,
  fetch: (model: ModelRow) => Promise<string | null>,
): Promise<string | null> {
  if (champion === null) return null;
  const model = (await listModels(sql)).find(({ model_id }) => model_id === champion);
  return model === undefined
    ? `the model that it was compared with, ${champion}, is gone`
    : await fetch(model);
}

const cannot = ({ model_id }: ModelRow, faults: readonly string[]): UserError =>
  new UserError(
    'MILLRACE_INPUT_REPRODUCE',
    faults.map((fault) => `${model_id} cannot be trained again: ${fault}`).join('\n'),
    { exitCode: exitCodes.usage },
  );
