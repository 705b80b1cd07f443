import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { datasource, figure, lines } from './panels.ts';

const stage = 'stage=~"$stage"';
const rate = (metric: string, by: string, filter = stage): string =>
  `sum by (${by}) (rate(${metric}{${filter}}[$__rate_interval]))`;
const quantile = (q: number, metric: string, by = 'stage'): string =>
  `histogram_quantile(${q}, sum by (${by}, le) (rate(${metric}_bucket{${stage}}[$__rate_interval])))`;

/** Fleet overview: is it working, how fast, what was refused, what trains. */
export function fleetDashboard(): Dashboard {
  return new DashboardBuilder('Millrace / Fleet')
    .uid('millrace-fleet')
    .tags(['millrace'])
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(
      new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    )
    .withVariable(
      new QueryVariableBuilder('stage')
        .label('Stage')
        .query('label_values(millrace_stage_events_total, stage)')
        .datasource(datasource)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .sort(VariableSort.AlphabeticalAsc),
    )
    .withRow(new RowBuilder('Is it working?'))
    .withPanel(
      figure({
        title: 'Waiting',
        description:
          'Records published and not yet committed by their stage. Rising for minutes: see "Seconds to catch up".',
        unit: 'short',
        queries: [[`sum by (stage) (millrace_consumer_lag_messages{${stage}})`, '{{stage}}']],
      }),
    )
    .withPanel(
      figure({
        title: 'Dead letters, last hour',
        description:
          'Records that nobody could handle. `millrace dlq list` shows each with its cause.',
        unit: 'short',
        queries: [[`sum(increase(millrace_dead_letters_total{${stage}}[1h]))`, 'dead']],
      }),
    )
    .withPanel(
      figure({
        title: 'Oldest unpublished event',
        description:
          'Age of the oldest outbox row. Over a few seconds: the broker is down or the sweeper is.',
        unit: 's',
        queries: [['max(millrace_outbox_oldest_seconds)', 'oldest']],
      }),
    )
    .withPanel(
      figure({
        title: 'Dependencies that answer',
        description: '1 while broker and database answer a stage, 0 while one is known to be down.',
        unit: 'short',
        queries: [[`min by (dependency) (millrace_dependency_up{${stage}})`, '{{dependency}}']],
      }),
    )
    .withRow(new RowBuilder('Per stage: rate, refusals, time'))
    .withPanel(
      lines({
        title: 'Events by outcome',
        description: 'Events that each stage finished per second, by where they went.',
        unit: 'ops',
        queries: [[rate('millrace_stage_events_total', 'stage, outcome'), '{{stage}} {{outcome}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Time of a batch',
        description:
          'From fetch to commit; the bound is 5 s. Near it: the database is slow or a model is.',
        unit: 's',
        queries: [0.5, 0.95, 0.99].map((q) => [
          quantile(q, 'millrace_stage_batch_duration_seconds'),
          `{{stage}} p${q * 100}`,
        ]),
      }),
    )
    .withPanel(
      lines({
        title: 'Age of an event when finished',
        description: 'The latency that a user sees: from the record to the end of the stage.',
        unit: 's',
        queries: [[quantile(0.95, 'millrace_event_age_seconds'), '{{stage}} p95']],
      }),
    )
    .withPanel(
      lines({
        title: 'Seconds to catch up',
        description:
          'Waiting records over the present rate. Grows: add replicas (up to the partitions) or look at the batch time.',
        unit: 's',
        queries: [
          [
            `sum by (stage) (millrace_consumer_lag_messages{${stage}}) / ${rate('millrace_stage_events_total', 'stage')}`,
            '{{stage}}',
          ],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'Retries and splits',
        description:
          'Batches begun again after a transient error, and halved to find a poison record.',
        unit: 'ops',
        queries: [
          [rate('millrace_stage_retries_total', 'stage'), '{{stage}} retries'],
          [rate('millrace_stage_splits_total', 'stage'), '{{stage}} splits'],
        ],
      }),
    )
    .withPanel(
      lines({
        title: 'HTTP requests',
        description:
          'At the ingestor, by status class. 4xx: an application sends what cannot be parsed. 5xx: the database is down.',
        unit: 'ops',
        queries: [
          [
            'sum by (status) (rate(millrace_ingest_requests_total[$__rate_interval]))',
            '{{status}}',
          ],
        ],
      }),
    )
    .withRow(new RowBuilder('Data: what was found, what was made'))
    .withPanel(
      lines({
        title: 'Findings by code',
        description: 'What the validator saw. A jump of one code: an application changed.',
        unit: 'ops',
        queries: [['sum by (code) (rate(millrace_findings_total[$__rate_interval]))', '{{code}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Quality of sessions',
        description:
          'Median and lowest twentieth of the quality score; below the threshold a session is rejected.',
        unit: 'percentunit',
        queries: [0.05, 0.5].map((q) => [
          `histogram_quantile(${q}, sum by (le) (rate(millrace_session_quality_ratio_bucket[$__rate_interval])))`,
          `p${q * 100}`,
        ]),
      }),
    )
    .withPanel(
      lines({
        title: 'Examples made',
        description: 'By kind and technique.',
        unit: 'ops',
        queries: [
          [
            'sum by (kind, technique) (rate(millrace_examples_total[$__rate_interval]))',
            '{{kind}} {{technique}}',
          ],
        ],
      }),
    )
    .withRow(new RowBuilder('Training'))
    .withPanel(
      lines({
        title: 'Jobs by state',
        description:
          'Queued and not running: no runner, or no GPU. Failed: `millrace status` names the cause.',
        unit: 'short',
        queries: [['max by (state) (millrace_training_jobs)', '{{state}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Loss',
        description: 'Loss of the last step of the running job, in nats.',
        unit: 'none',
        queries: [['max by (model_type) (millrace_training_loss_nats)', '{{model_type}}']],
      }),
    )
    .withPanel(
      lines({
        title: 'Useful tokens',
        description: 'Real tokens trained on per second; padding does not count.',
        unit: 'ops',
        queries: [
          [
            'sum by (model_type) (rate(millrace_training_tokens_total[$__rate_interval]))',
            '{{model_type}}',
          ],
        ],
      }),
    )
    .build();
}
