import { ensureMiniLm } from '@millrace/local-stack/assets';
import { UserError } from '@millrace/shared/domain/errors';
import { exitCodes } from '../conduct/failure.ts';
import type { Terminal } from '../conduct/terminal.ts';
import { textTable } from '../conduct/text-table.ts';
import { pullSmolLm2 } from '../fleet/llm-base.ts';
import { withFleet } from '../fleet/open-fleet.ts';
import { listModels, type ModelRow } from './model-rows.ts';
import { modelText } from './model-text.ts';

interface Json {
  readonly json?: boolean;
}

/** `millrace models list`. */
export async function runModelsList(terminal: Terminal, { json }: Json): Promise<void> {
  const models = await withFleet(terminal, ({ sql }) => listModels(sql));
  if (json) {
    terminal.data(JSON.stringify(models.map(withoutReport), null, 2));
    return;
  }
  const rows = models.map((model) => [
    model.model_id,
    `${model.model_name}/${model.model_type}`,
    model.aliases.join(', '),
    model.decision,
    headline(model),
    model.metrics['base']?.[headline(model)]?.toFixed(4) ?? '',
    model.metrics['candidate']?.[headline(model)]?.toFixed(4) ?? '',
  ]);
  if (rows.length === 0) terminal.say('no model is registered yet: millrace train --wait');
  else
    terminal.data(
      textTable(['model', 'line', 'alias', 'decision', 'metric', 'base', 'candidate'], rows),
    );
}

/** `millrace models show ID`: everything that is known of it. */
export async function runModelsShow(terminal: Terminal, id: string, { json }: Json): Promise<void> {
  const models = await withFleet(terminal, ({ sql }) => listModels(sql));
  const matches = models.filter((m) => m.model_id === id || m.aliases.includes(id));
  const [model] = matches;
  if (model === undefined) {
    throw new UserError('MILLRACE_INPUT_MODEL', `there is no model ${id}: millrace models list`);
  }
  if (json) {
    terminal.data(JSON.stringify(model, null, 2));
    return;
  }
  terminal.data(modelText(model));
}

/** `millrace models pull NAME`: a base model, fetched once, hashes pinned. */
export async function runModelsPull(terminal: Terminal, name: string, { json }: Json) {
  const pull = BASES.get(name);
  if (!pull) {
    const known = [...BASES.keys()].join(' and ');
    throw new UserError('MILLRACE_INPUT_MODEL', `only ${known} can be pulled, not ${name}`, {
      exitCode: exitCodes.usage,
    });
  }
  const folder = await pull(terminal.say);
  terminal.data(json ? JSON.stringify({ name, folder }) : folder);
}

/** The metric that tells models of a type apart. */
const headline = ({ model_type }: ModelRow): string => (model_type === 'llm' ? 'loss' : 'mrr@10');

const BASES = new Map<string, (say: Terminal['say']) => Promise<string>>([
  ['minilm', ensureMiniLm],
  ['smollm2', pullSmolLm2],
]);

function withoutReport({ report: _report, ...rest }: ModelRow): Omit<ModelRow, 'report'> {
  return rest;
}
