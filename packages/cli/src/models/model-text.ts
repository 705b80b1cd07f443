import { textTable } from '../conduct/text-table.ts';
import { metricRows } from './metric-rows.ts';
import type { ModelRow } from './model-rows.ts';

/** Everything about one model, for a person. */
export function modelText(model: ModelRow): string {
  const { counts, report } = model;
  const facts = [
    ['model', model.model_id],
    ['line', `${model.model_name}/${model.model_type}`],
    ['aliases', model.aliases.join(', ') || 'none'],
    ['gate', model.sentence],
    ['path', model.path],
    ['base', model.base],
    ...(report.llm ? [['base sha256', report.llm.base_sha256]] : []),
    ['dataset', model.dataset_sha256],
    ['holdout', `${model.holdout_sha256}${looks(report.holdout_looks)}`],
    ['examples', `${counts.train} train, ${counts.holdout} holdout of ${counts.ready}`],
    ['machine', report.machine],
    ...model.moves.map((move) => [`${move.alias} since`, moveText(move)]),
  ];
  return [
    ...facts.map(([name = '', value = '']) => `${name.padEnd(15)} ${value}`),
    '',
    metricTable(model.metrics),
  ].join('\n');
}

const looks = (times: number | null): string =>
  times === null ? '' : `, candidates compared on it, this one counted: ${times}`;

function moveText({ at, cause, from, why }: ModelRow['moves'][number]): string {
  const after = from === null ? 'the first' : `after ${from}`;
  const by = cause === null || cause === 'gate' ? 'by the gate' : `by ${cause}`;
  return `${at.slice(0, 19)}, ${by}, ${after}${why === null ? '' : `: ${why}`}`;
}

function metricTable(metrics: ModelRow['metrics']): string {
  const { models, rows } = metricRows(metrics);
  return textTable(['metric', ...models], rows);
}
