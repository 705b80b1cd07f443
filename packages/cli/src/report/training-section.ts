import type { ModelTraining, PipelineResults } from '@millrace/pipeline';
import { metricRows } from '../models/metric-rows.ts';
import { lossChart, metricChart, rangeChart } from './charts.ts';
import { type Html, html } from './escape.ts';
import { llmSection } from './llm-section.ts';
import { table } from './tables.ts';
import { trainingsOf } from './trainings-of.ts';

/** Of each model: loss, metrics before and after, and the gate's sentence. */
export async function trainingSections(steps: PipelineResults['steps']): Promise<readonly Html[]> {
  return await Promise.all(
    trainingsOf(steps).map(async ({ kind, training }) => {
      const title = kind === 'embedding' ? 'The embedding model' : 'The language model';
      const what = kind === 'embedding' ? 'pairs' : 'chats';
      const { train, holdout, dropped, not_sampled } = training.counts;
      const drops = Object.entries(dropped)
        .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
        .map(([reason, count]) => `${count} ${reason}`);
      const loss =
        training.losses.length === 0
          ? html`<p>No step was trained.</p>`
          : html`<figure>${await lossChart(training.losses, `loss over ${training.losses.length} steps`)}</figure>`;
      const chart =
        kind === 'embedding'
          ? html`<figure>${await metricChart(training.metrics, 'retrieval metrics before and after')}</figure>`
          : html``;
      return html`<section><h2>${title}</h2>
<p class="gate ${training.decision}">${training.sentence}</p>
<p>${train} ${what} trained, ${holdout} ${what} of other users held out${looks(training.holdout_looks)}.
${drops.length > 0 ? `Left out: ${drops.join(', ')}.` : ''} ${not_sampled > 0 ? `${not_sampled} not sampled.` : ''}</p>
${loss}${await rangeFigure(training)}${chart}
${metricTable(training.metrics)}
${kind === 'llm' && steps.training.llm ? llmSection(steps.training.llm) : html``}
${training.notes.map((note) => html`<p class="quiet">${note}</p>`)}</section>`;
    }),
  );
}

/** The curve that the learning rate was chosen by, with the choice. */
async function rangeFigure(training: ModelTraining): Promise<Html> {
  const { learning_rate_range: points, settings } = training;
  const rate = settings.find(({ name }) => name === 'training_learning_rate')?.value;
  if (points === null || points.length === 0 || typeof rate !== 'number') return html``;
  const label = `range test of the learning rate: ${rate} was chosen`;
  return html`<figure>${await rangeChart(points, rate, label)}<figcaption>${label}</figcaption></figure>`;
}

function metricTable(metrics: ModelTraining['metrics']): Html {
  const { models, rows } = metricRows(metrics);
  return table([{ title: 'metric' }, ...models.map((title) => ({ title, number: true }))], rows);
}

const looks = (times: number | null): string =>
  times === null ? '' : `; candidates compared on them so far, this one counted: ${times}`;
