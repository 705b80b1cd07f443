import { metricTable } from '@millrace/shared/telemetry/metric-table';
import {
  type MetricSpec,
  programs,
  stagePrograms,
} from '@millrace/shared/telemetry/table/metric-spec';

/** docs/metrics.md: the metric table, by the program that exports it. Generated: see generate.ts. */
export function metricsPage(): string {
  const groups = Map.groupBy(Object.values<MetricSpec>(metricTable), ({ from }) => from.join());
  return [
    head,
    ...[...groups].map(([from, specs]) => section(titles.get(from) ?? from, specs)),
  ].join('\n');
}

const head = `# Metrics

Every program serves \`/metrics\` (Prometheus text) on its health port, 9464 unless \`MILLRACE_HTTP_PORT\` says otherwise, each
series with the label \`stage\`: the program, or for the exporter's figures the stage that they are about. Beside these: event
loop, heap and garbage collection of the process (\`nodejs_*\`, \`process_*\`). Labels have few values and are never ids. Series with known labels are there
from the first scrape, at 0.

Generated from \`packages/shared/src/telemetry/metric-table.ts\` by \`node infra/observability/src/generate.ts\`. Alerts: [runbooks](runbooks/).
`;

const titles = new Map([
  [programs.join(), 'Every program'],
  [stagePrograms.join(), 'Every stage'],
  ['ingestor', 'Ingestor'],
  ['validator', 'Validator'],
  ['augmentor', 'Augmentor'],
  ['trainer-runner', 'Trainer: runner'],
  ['exporter', 'Exporter: the whole fleet, read at broker and database, alive when a stage is not'],
]);

function section(title: string, specs: readonly MetricSpec[]): string {
  const rows = specs.map(
    (spec) =>
      `| \`${spec.name}\` | ${spec.kind} | ${spec.unit} | ${labelsOf(spec)} | ${spec.why} |`,
  );
  return `## ${title}\n\n| name | kind | unit | labels | why |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}

const labelsOf = ({ labels }: MetricSpec): string =>
  Object.entries(labels)
    .map(([name, values]) =>
      values.length === 0 ? `\`${name}\`` : `\`${name}\`: ${values.join(', ')}`,
    )
    .join('; ');
