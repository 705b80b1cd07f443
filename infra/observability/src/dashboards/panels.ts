import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface PanelSpec {
  readonly title: string;
  /** What it shows and what to do when it looks wrong: shown on hover. */
  readonly description: string;
  /** Grafana's unit id: `s`, `suffix:/s`, `short`, `percentunit`, ... */
  readonly unit: string;
  /** Query and legend of each line. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
  /** Value from which the figure is red. */
  readonly redFrom?: number;
  /** Width in 24ths of the page. */
  readonly span?: number;
}

export const datasource = { type: 'prometheus', uid: '$' + '{datasource}' };

/** The typed builders give queries no refId, and Grafana drops all but one without it. */
const queries = (spec: PanelSpec) =>
  spec.queries.map(([expr, legend], i) =>
    new DataqueryBuilder()
      .expr(expr)
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + i))
      .datasource(datasource),
  );

/** One figure, a quarter of the width. */
export function figure(spec: PanelSpec): StatBuilder {
  const panel = new StatBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .span(spec.span ?? 6)
    .height(4)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .thresholds(thresholds(spec.redFrom))
    .datasource(datasource);
  if (spec.unit === 'short') panel.decimals(0); // counts; increase() reckons between scrapes
  for (const query of queries(spec)) panel.withTarget(query);
  return panel;
}

const thresholds = (redFrom: number | undefined) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([
      { color: 'green', value: null },
      ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }]),
    ]);

/** Lines over time, a third of the width, with last and highest value in the legend. */
export function lines(spec: PanelSpec): SeriesBuilder {
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(['lastNotNull', 'max'])
    // the busiest first: most of the known series stand at 0
    .sortBy('Max')
    .sortDesc(true);
  const panel = new SeriesBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .min(0)
    .span(spec.span ?? 8)
    .height(8)
    .lineWidth(1)
    .fillOpacity(10)
    .legend(legend)
    .datasource(datasource);
  for (const query of queries(spec)) panel.withTarget(query);
  return panel;
}

/** What is the case now, a row a series, a third of the width. */
export function table(spec: PanelSpec): TableBuilder {
  const panel = new TableBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .span(spec.span ?? 8)
    .height(8)
    .datasource(datasource);
  for (const query of queries(spec))
    panel.withTarget(query.instant().format(PromQueryFormat.Table));
  return panel;
}
