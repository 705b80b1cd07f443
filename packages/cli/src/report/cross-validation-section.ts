import type { CrossValidation, Fold, PipelineResults } from '@millrace/pipeline';
import { type Html, html } from './escape.ts';
import { table } from './tables.ts';

/** Figures of each fold, hits by length, and which labels its embeddings confuse. */
export function crossValidationSection({ cross_validation: cv }: PipelineResults['steps']): Html {
  const notes = cv.notes.map((note) => html`<p class="quiet">${note}</p>`);
  if (cv.folds.length === 0) return html`<section><h2>Cross-validation</h2>${notes}</section>`;
  const { mean, std } = cv;
  return html`<section><h2>Cross-validation</h2>
<p>${cv.folds.length} trainings (${cv.strategy}), at most ${cv.max_steps} steps each, on the training side only: MRR@10
${shown(mean['mrr@10'])} ± ${shown(std['mrr@10'])}, the true reply at rank 1 ${shown(mean['accuracy@1'])} ± ${shown(std['accuracy@1'])}.</p>
${foldTable(cv.folds)}
<p class="quiet">Masked: pairs left out of the training because they nearly say what is tested. Hits: queries whose first reply is a
true one, by the words of the query.</p>
${confusionTable(cv)}${notes}</section>`;
}

function foldTable(folds: readonly Fold[]): Html {
  const lengths = folds[0]?.by_length.map(({ words }) => words) ?? [];
  const columns = [
    { title: 'fold', number: true },
    { title: 'trained', number: true },
    { title: 'masked', number: true },
    { title: 'tested', number: true },
    { title: 'users', number: true },
    { title: 'steps', number: true },
    { title: 'MRR@10', number: true },
    ...lengths.map((words) => ({ title: `hits, ${words} words`, number: true })),
    { title: 'labels told', number: true },
  ];
  const rows = folds.map((fold) => [
    fold.tested.join(' + '),
    fold.train,
    fold.masked,
    fold.validation,
    fold.groups,
    fold.steps,
    shown(fold.metrics['mrr@10']),
    ...fold.by_length.map(({ hit, queries }) => `${hit} of ${queries}`),
    fold.labels === null ? '' : `${(fold.labels.accuracy * 100).toFixed(0)} %`,
  ]);
  return table(columns, rows);
}

/** Beyond these, the most frequent, the labels share a row and a column: a wider table cannot be read. */
const mostLabels = 12;

/** All folds in one: each session is held out once, so they add up. */
function confusionTable({ folds, label }: CrossValidation): Html {
  const counts = new Map<string, Map<string, number>>();
  for (const { labels } of folds) {
    for (const [i, actual] of (labels?.classes ?? []).entries()) {
      const row = counts.get(actual) ?? new Map<string, number>();
      counts.set(actual, row);
      for (const [j, predicted] of (labels?.classes ?? []).entries()) {
        row.set(predicted, (row.get(predicted) ?? 0) + (labels?.matrix[i]?.[j] ?? 0));
      }
    }
  }
  if (counts.size === 0) return html``;
  const sizeOf = (name: string): number =>
    [...(counts.get(name)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const names = [...counts.keys()].sort((a, b) => sizeOf(b) - sizeOf(a) || (a < b ? -1 : 1));
  const shownNames = names.slice(0, mostLabels);
  const others = names.slice(mostLabels);
  const groups = [
    ...shownNames.map((name) => ({ title: name, members: [name] })),
    ...(others.length > 0 ? [{ title: `${others.length} others`, members: others }] : []),
  ];
  const cell = (rows: readonly string[], columns: readonly string[]): number =>
    rows.reduce(
      (sum, row) => columns.reduce((s, column) => s + (counts.get(row)?.get(column) ?? 0), sum),
      0,
    );
  const head = [
    { title: label ?? 'label' },
    ...groups.map(({ title }) => ({ title, number: true })),
  ];
  const rows = groups.map((row) => [
    row.title,
    ...groups.map((column) => cell(row.members, column.members)),
  ]);
  return html`<h3>Labels of held-out sessions</h3>
<p class="quiet">Rows: what a session is (metadata.labels). Columns: what its five nearest sessions of other users are.</p>
${table(head, rows)}`;
}

const shown = (value: number | undefined): string => (value ?? 0).toFixed(3);
