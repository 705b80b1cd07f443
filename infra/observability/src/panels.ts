import {
  LegendDisplayMode,
  LegendPlacement,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

export interface PanelSpec {
  readonly title: string;
  /** What it shows and what to do when it looks wrong: shown on hover. */
  readonly description: string;
  /** Grafana's unit id: `s`, `ops`, `short`, `percentunit`, ... */
  readonly unit: string;
  /** Query and legend of each line. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
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
    .span(6)
    .height(4)
    .datasource(datasource);
  for (const query of queries(spec)) panel.withTarget(query);
  return panel;
}

/** Lines over time, a third of the width, with last and highest value in the legend. */
export function lines(spec: PanelSpec): SeriesBuilder {
  const legend = new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs(['lastNotNull', 'max']);
  const panel = new SeriesBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .min(0)
    .span(8)
    .height(8)
    .lineWidth(1)
    .fillOpacity(10)
    .legend(legend)
    .datasource(datasource);
  for (const query of queries(spec)) panel.withTarget(query);
  return panel;
}
