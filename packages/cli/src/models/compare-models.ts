import { randomUUID } from 'node:crypto';
import { openBackend } from '@millrace/engine';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { ChatExample, Example, ModelType, PairExample } from '@millrace/shared/domain/example';
import type { Sql } from '@millrace/shared/ports/database';
import { type Comparison, compareAdapters, compareEmbeddings, heldOut } from '@millrace/trainer';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { llmBase } from '../fleet/llm-base.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { tensorflow } from '../fleet/trainer-assets.ts';
import { type ComparedModel, comparedModel } from './compared-model.ts';
import { comparisonText } from './comparison-text.ts';
import { listModels } from './model-rows.ts';

type Two = readonly [ComparedModel, ComparedModel];

/**
 * `millrace models compare A B`: both on everything that is held out now, here and in this process. No training saw or will see
 * it, but whoever chooses by it often chooses by chance: so each look is counted.
 */
export async function runModelsCompare(
  terminal: Terminal,
  wanted: readonly [string, string],
  { json }: { readonly json?: boolean },
): Promise<void> {
  await withFleet(terminal, async ({ sql, settings }) => {
    const models = await listModels(sql);
    const places = { models, settings, signal: terminal.signal };
    const two: Two = [
      await comparedModel(wanted[0], places),
      await comparedModel(wanted[1], places),
    ];
    const type = oneType(two);
    const held = await heldOut(sql, type);
    if (held.length === 0)
      throw new UserError(
        'MILLRACE_INPUT_HOLDOUT',
        'nothing is held out: no augmented session is of a user on the holdout side (training.validation_split)',
      );
    const comparison = await compared(terminal, { two, type, held, settings });
    const looks = await countLook(sql, two, type);
    if (json) {
      const [a, b] = two.map(({ name, folder }) => ({ name, folder }));
      terminal.data(JSON.stringify({ a, b, model_type: type, looks, ...comparison }, null, 2));
    } else terminal.data(comparisonText(two, comparison, looks));
  });
}

function oneType([a, b]: Two): ModelType {
  if (a.type === b.type) return a.type;
  throw new UserError(
    'MILLRACE_INPUT_MODEL',
    `${a.name} is an ${a.type} model and ${b.name} an ${b.type} model: these cannot be compared`,
    { exitCode: exitCodes.usage },
  );
}

interface Work {
  readonly two: Two;
  readonly type: ModelType;
  readonly held: readonly Example[];
  readonly settings: Settings;
}

async function compared(
  { say, conduct, signal, ...terminal }: Terminal,
  { two, type, held, settings }: Work,
): Promise<Comparison> {
  const libraryFolder = await tensorflow(conduct.variables['MILLRACE_TENSORFLOW'], say);
  const backend = await openBackend(libraryFolder === null ? {} : { libraryFolder });
  const progress = terminal.progress();
  const options = {
    backend,
    settings,
    signal,
    folders: [two[0].folder, two[1].folder],
    onProgress: (done: number) =>
      progress.update({
        label: 'comparing',
        done: Math.round(done * 50),
        total: 100,
        unit: '%',
        rates: false,
      }),
  } as const;
  try {
    if (type === 'embedding') return await compareEmbeddings(held.filter(isPair), options);
    const baseFolder = await llmBase(conduct, settings, say);
    return await compareAdapters(held.filter(isChat), {
      ...options,
      baseFolder,
      baseSha256: [two[0].baseSha256, two[1].baseSha256],
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const names = two.map(({ folder }) => folder).join(' or ');
    throw new UserError('MILLRACE_INPUT_MODEL', `cannot read ${names}: ${error.message}`, {
      cause: error,
    });
  } finally {
    progress.end();
  }
}

const isPair = (example: Example): example is PairExample => example.kind === 'pair';
const isChat = (example: Example): example is ChatExample => example.kind === 'chat';

/** @returns how many comparisons of this type there were, this one counted */
async function countLook(sql: Sql, two: Two, type: ModelType): Promise<number> {
  const detail = { model_type: type, a: two[0].name, b: two[1].name };
  await sql`
    insert into audit (id, action, subject, detail)
    values (${randomUUID()}, 'models_compared', ${two[1].name}, ${JSON.stringify(detail)}::text::jsonb)`;
  const [row] = await sql<{ looks: number }[]>`
    select count(*)::int as looks from audit where action = 'models_compared' and detail->>'model_type' = ${type}`;
  return row?.looks ?? 1;
}
