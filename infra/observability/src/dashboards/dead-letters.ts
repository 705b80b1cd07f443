import type { DashboardSpec } from './dashboard.ts';
import { figure, lines, table } from './panels.ts';
import { rateOf } from './queries.ts';

/** Records that nobody could handle: whose, why, since when, and what is left to do. */
export const deadLetters: DashboardSpec = {
  name: 'dead-letters',
  title: 'Dead letters',
  description: 'Records that nobody could handle. Their bytes lie in Postgres: millrace dlq list.',
  choose: { stage: 'millrace_dead_letters_total' },
  rows: [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Not sent again',
          description:
            'Dead letters in the database that nobody has sent again, by the stage that met them.',
          unit: 'short',
          redFrom: 1,
          span: 12,
          queries: [['max by (stage) (millrace_dead_letters_waiting)', '{{stage}}']],
        }),
        figure({
          title: 'Last hour',
          description: 'Records dead-lettered in the last hour, by kind of cause.',
          unit: 'short',
          redFrom: 1,
          span: 12,
          queries: [
            [
              'sum by (cause) (increase(millrace_dead_letters_total{stage=~"$stage"}[1h]))',
              '{{cause}}',
            ],
          ],
        }),
      ],
    },
    {
      title: 'When and why',
      panels: [
        lines({
          title: 'Dead letters by stage and cause',
          description:
            'Format and input: an application sends what cannot be taken. Processing: our fault.',
          unit: 'suffix:/s',
          span: 12,
          queries: [[rateOf('millrace_dead_letters_total', 'stage, cause'), '{{stage}} {{cause}}']],
        }),
        lines({
          title: 'Batches halved to find one',
          description:
            'A record that a step refuses together with others is isolated by halving its batch.',
          unit: 'suffix:/s',
          span: 12,
          queries: [[rateOf('millrace_stage_splits_total', 'stage'), '{{stage}}']],
        }),
      ],
    },
    {
      title: 'Beside them',
      panels: [
        table({
          title: 'In all, since each process started',
          description: 'By stage and cause.',
          unit: 'short',
          span: 12,
          queries: [['sum by (stage, cause) (millrace_dead_letters_total{stage=~"$stage"})', '']],
        }),
        lines({
          title: 'Rejected sessions',
          description:
            'No dead letters: read, judged, and not fit to learn from. `millrace rejected list` says why.',
          unit: 'suffix:/s',
          span: 12,
          queries: [
            [
              'sum(rate(millrace_stage_events_total{outcome="rejected"}[$__rate_interval]))',
              'rejected',
            ],
            ['sum(rate(millrace_stage_events_total{outcome="kept"}[$__rate_interval]))', 'kept'],
          ],
        }),
      ],
    },
  ],
};
