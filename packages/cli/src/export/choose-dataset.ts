import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import {
  type Example,
  type ExampleKind,
  kindOf,
  type ModelType,
} from '@millrace/shared/domain/example';
import type { Sql } from '@millrace/shared/ports/database';
import { type FreezeCounts, type Frozen, freeze, problemText, readyFor } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import { datasetAt, datasetFault } from '../datasets/dataset-at.ts';

export interface DatasetChoice {
  /** Beginning of a hash; undefined: the newest. */
  readonly dataset?: string;
  readonly now?: boolean;
  readonly kind?: ExampleKind;
  readonly modelName: string;
}

/** A dataset with its examples. */
export interface ChosenDataset {
  readonly kind: ExampleKind;
  readonly frozen: Frozen;
  readonly revisions: Readonly<Record<string, string>>;
  readonly counts: FreezeCounts;
  /** Whether a row names it: a training was given it. */
  readonly isStored: boolean;
  /** What a training would be told about it. */
  readonly notes: readonly string[];
}

interface Places {
  readonly settings: Settings;
  readonly scratch: string;
  readonly signal: AbortSignal;
}

const typeOf: Readonly<Record<ExampleKind, ModelType>> = { pair: 'embedding', chat: 'llm' };

/** @throws UserError when there is no such dataset, or it is not whole any more */
export async function chooseDataset(
  sql: Sql,
  choice: DatasetChoice,
  places: Places,
): Promise<ChosenDataset> {
  if (choice.now && choice.dataset !== undefined)
    throw new UserError('MILLRACE_INPUT_DATASET', 'name a dataset or give --now, not both', {
      exitCode: exitCodes.usage,
    });
  if (choice.dataset !== undefined && !/^[0-9a-f]{1,64}$/.test(choice.dataset))
    throw new UserError(
      'MILLRACE_INPUT_DATASET',
      `${JSON.stringify(choice.dataset)} is no beginning of a hash: millrace models show names the dataset of a model`,
      { exitCode: exitCodes.usage },
    );
  return choice.now ? await frozenNow(sql, choice, places) : await stored(sql, choice, places);
}

/** Everything that is ready, frozen as a training of now would; nothing is written. */
async function frozenNow(
  sql: Sql,
  { modelName, kind = 'pair' }: DatasetChoice,
  { settings }: Places,
): Promise<ChosenDataset> {
  const modelType = typeOf[kind];
  const { others, revisions, ...ready } = await readyFor(sql, {
    line: { modelName, modelType },
    isOwn: isOf(kind),
  });
  if (ready.examples.length === 0)
    throw new UserError('MILLRACE_INPUT_DATASET', `no ${kind} is ready: millrace status`);
  const seed = settings.training.random_state;
  const frozen = freeze({ modelType, ...ready, revisions, settings, seed });
  const left = others === 0 ? [] : [`${others} sessions have examples of older settings only`];
  const problems = frozen.problems.map(
    (problem) => `a training would be blocked: ${problemText(problem)}`,
  );
  const notes = [...frozen.notes, ...left, ...problems];
  return {
    kind,
    frozen,
    revisions: { ...revisions },
    counts: frozen.counts,
    isStored: false,
    notes,
  };
}

interface Row {
  readonly sha256: string;
  readonly modelType: ModelType;
  readonly counts: FreezeCounts;
}

async function stored(sql: Sql, choice: DatasetChoice, places: Places): Promise<ChosenDataset> {
  const { sha256, modelType, counts } = await rowOf(sql, choice);
  const kind = kindOf[modelType];
  if (choice.kind !== undefined && choice.kind !== kind)
    throw new UserError(
      'MILLRACE_INPUT_DATASET',
      `dataset ${sha256} holds examples of kind ${kind}, not ${choice.kind}`,
      { exitCode: exitCodes.usage },
    );
  const dataset = await datasetAt(sql, { sha256, ...places, isOwn: isOf(kind) });
  const fault = await datasetFault(sql, sha256, dataset);
  if (dataset.kind !== 'whole')
    throw new UserError(
      'MILLRACE_INPUT_DATASET',
      `${fault}: it cannot be exported as what it was; --now gives what is there`,
    );
  const { frozen, revisions } = dataset;
  return { kind, frozen, revisions: { ...revisions }, counts, isStored: true, notes: [] };
}

async function rowOf(
  sql: Sql,
  { dataset: wanted, modelName, kind = 'pair' }: DatasetChoice,
): Promise<Row> {
  const rows = await sql<Row[]>`
    select sha256, model_type as "modelType", counts from datasets
    where ${
      wanted === undefined
        ? sql`model_name = ${modelName} and model_type = ${typeOf[kind]}`
        : sql`starts_with(sha256, ${wanted})`
    }
    order by created_at desc, sha256`;
  const [row] = rows;
  if (row === undefined)
    throw new UserError(
      'MILLRACE_INPUT_DATASET',
      wanted === undefined
        ? `no dataset of ${modelName}/${typeOf[kind]} was frozen yet: a training does, or give --now`
        : `there is no dataset ${wanted}: millrace models show names that of a model`,
    );
  if (wanted !== undefined && rows.length > 1)
    throw new UserError(
      'MILLRACE_INPUT_DATASET',
      `${rows.length} datasets begin with ${wanted}: give more of the hash`,
      { exitCode: exitCodes.usage },
    );
  return row;
}

const isOf =
  (kind: ExampleKind) =>
  (example: Example): example is Example =>
    example.kind === kind;
