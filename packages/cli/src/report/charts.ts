import { chart, palette } from './chart.ts';
import type { Html } from './escape.ts';

export interface Bar {
  readonly name: string;
  readonly count: number;
  readonly kind: 'good' | 'bad' | 'neutral';
}

const width = 560;

/** Horizontal bars with their counts, in the order given. */
export function barChart(bars: readonly Bar[], label: string): Promise<Html> {
  return chart(
    {
      width,
      height: { step: 26 },
      data: {
        values: bars.map(({ name, count, kind }) => ({ name, count, colour: palette[kind] })),
      },
      encoding: {
        y: {
          field: 'name',
          type: 'nominal',
          sort: null,
          axis: { title: null, ticks: false, domain: false },
        },
        x: { field: 'count', type: 'quantitative', axis: { title: null, tickMinStep: 1 } },
      },
      layer: [
        {
          mark: { type: 'bar', cornerRadius: 2 },
          encoding: { color: { field: 'colour', type: 'nominal', scale: null } },
        },
        {
          mark: { type: 'text', align: 'left', dx: 4 },
          encoding: { text: { field: 'count', type: 'quantitative' } },
        },
      ],
    },
    label,
  );
}

/** Loss of every step, thin, and its running mean, thick. */
export function lossChart(losses: readonly number[], label: string): Promise<Html> {
  const window = Math.max(1, Math.round(losses.length / 20));
  const values = losses.map((loss, i) => {
    const last = losses.slice(Math.max(0, i + 1 - window), i + 1);
    return { step: i + 1, loss, mean: last.reduce((a, b) => a + b, 0) / last.length };
  });
  return chart(
    {
      width,
      height: 220,
      data: { values },
      encoding: {
        x: { field: 'step', type: 'quantitative', axis: { title: 'step', tickMinStep: 1 } },
      },
      layer: [
        {
          mark: { type: 'line', strokeWidth: 1, opacity: 0.4, color: palette.candidate },
          encoding: { y: { field: 'loss', type: 'quantitative', axis: { title: 'loss, nats' } } },
        },
        {
          mark: { type: 'line', strokeWidth: 2.5, color: palette.candidate },
          encoding: { y: { field: 'mean', type: 'quantitative' } },
        },
      ],
    },
    label,
  );
}

/** Loss of a probe over the learning rate, a rule where it was chosen. */
export function rangeChart(
  points: readonly { readonly rate: number; readonly loss: number }[],
  chosen: number,
  label: string,
): Promise<Html> {
  const x = {
    field: 'rate',
    type: 'quantitative',
    scale: { type: 'log' },
    axis: { title: 'learning rate', format: '.0e', tickCount: 4 },
  } as const;
  return chart(
    {
      width,
      height: 200,
      layer: [
        {
          data: { values: [...points] },
          mark: { type: 'line', strokeWidth: 2, color: palette.candidate },
          encoding: {
            x,
            y: {
              field: 'loss',
              type: 'quantitative',
              scale: { zero: false },
              axis: { title: 'loss of the probe, nats' },
            },
          },
        },
        {
          data: { values: [{ rate: chosen }] },
          mark: { type: 'rule', strokeDash: [4, 4], strokeWidth: 2, color: palette.good },
          encoding: { x },
        },
      ],
    },
    label,
  );
}

/** Metrics of the models side by side: base, champion where there is one, candidate. */
export function metricChart(
  metrics: Readonly<Record<string, Readonly<Record<string, number>>>>,
  label: string,
): Promise<Html> {
  const models = Object.keys(metrics);
  const values = Object.entries(metrics).flatMap(([model, byMetric]) =>
    Object.entries(byMetric).map(([metric, value]) => ({
      model,
      metric,
      value,
      shown: value.toFixed(3),
    })),
  );
  const metricNames = [...new Set(values.map((value) => value.metric))];
  return chart(
    {
      width,
      height: 240,
      data: { values },
      encoding: {
        x: {
          field: 'metric',
          type: 'nominal',
          sort: metricNames,
          // upright, the names of eight metrics run into each other
          axis: { title: null, labelAngle: metricNames.length > 6 ? -30 : 0 },
        },
        xOffset: { field: 'model', sort: models },
        y: {
          field: 'value',
          type: 'quantitative',
          scale: { domain: [0, 1] },
          axis: { title: null },
        },
      },
      layer: [
        {
          mark: { type: 'bar', cornerRadius: 2 },
          encoding: {
            color: {
              field: 'model',
              type: 'nominal',
              scale: { domain: models, range: models.map(colourOf) },
              legend: { title: null, orient: 'top' },
            },
          },
        },
        {
          mark: { type: 'text', dy: -6, fontSize: 9 },
          encoding: { text: { field: 'shown', type: 'nominal' } },
        },
      ],
    },
    label,
  );
}

function colourOf(model: string): string {
  if (model === 'base') return palette.base;
  return model === 'champion' ? palette.champion : palette.candidate;
}
