import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource } from './panels.ts';

export interface DashboardSpec {
  /** File name and, after `millrace-`, the uid. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** A variable: its name, and the metric whose label of this name has its values. */
  readonly choose?: Readonly<Record<string, string>>;
  readonly rows: readonly {
    readonly title: string;
    readonly panels: readonly Builder<Panel>[];
  }[];
}

/** Half an hour, refreshed each 10 s, with links to the other dashboards. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const board = new DashboardBuilder(`Millrace / ${spec.title}`)
    .uid(`millrace-${spec.name}`)
    .description(spec.description)
    .tags(['millrace'])
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Millrace')
        .type(DashboardLinkType.Dashboards)
        .tags(['millrace'])
        .asDropdown(true)
        .keepTime(true),
    )
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    );
  for (const [name, metric] of Object.entries(spec.choose ?? {}))
    board.withVariable(
      new QueryVariableBuilder(name)
        .label(name)
        .query(`label_values(${metric}, ${name})`)
        .datasource(datasource)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .sort(VariableSort.AlphabeticalAsc),
    );
  for (const { title, panels } of spec.rows) {
    board.withRow(new RowBuilder(title));
    for (const panel of panels) board.withPanel(panel);
  }
  return board.build();
}
