import type { DashboardSpec } from './dashboard.ts';
import { figure, lines, table } from './panels.ts';
import { ofChosen, quantileOf, rateOf } from './queries.ts';

/** Is it working, how far behind is it, what went where, what is training. The page to begin with. */
export const fleet: DashboardSpec = {
  name: 'fleet',
  title: 'Fleet',
  description: 'Is it working? Lag and ages come from the exporter and go on when a stage is dead.',
  choose: { stage: 'millrace_consumer_lag_messages' },
  rows: [
    {
      title: 'Is it working?',
      panels: [
        figure({
          title: 'Oldest waiting record',
          description:
            'Age of the oldest record that a stage has not committed: what a user waits. Over 15 minutes an alert fires.',
          unit: 's',
          redFrom: 900,
          queries: [
            [
              `max by (stage) (${ofChosen('millrace_consumer_oldest_waiting_seconds')})`,
              '{{stage}}',
            ],
          ],
        }),
        figure({
          title: 'Dead letters not sent again',
          description:
            'Records that nobody could handle and nobody has sent again. `millrace dlq list` shows each with its cause.',
          unit: 'short',
          redFrom: 1,
          queries: [['sum(millrace_dead_letters_waiting)', 'dead']],
        }),
        figure({
          title: 'Oldest unpublished event',
          description:
            'Age of the oldest outbox row. Over a few seconds: the broker is down or every sweeper is.',
          unit: 's',
          redFrom: 60,
          queries: [['max(millrace_outbox_oldest_seconds)', 'oldest']],
        }),
        figure({
          title: 'Connections taken',
          description: 'Share of the connections that the database grants, of everybody.',
          unit: 'percentunit',
          redFrom: 0.8,
          queries: [
            [
              'max(millrace_database_connections) / max(millrace_database_connections_limit)',
              'connections',
            ],
          ],
        }),
      ],
    },
    {
      title: 'Lag',
      panels: [
        lines({
          title: 'Waiting records',
          description:
            'Records published and not yet committed by their stage. Rising for minutes: see the time to catch up.',
          unit: 'short',
          queries: [
            [`sum by (stage) (${ofChosen('millrace_consumer_lag_messages')})`, '{{stage}}'],
          ],
        }),
        lines({
          title: 'Time to catch up',
          description:
            'At the pace of the last 5 minutes; at most the retention of the topic, which means that nothing moves.',
          unit: 's',
          queries: [
            [`max by (stage, topic) (${ofChosen('millrace_consumer_drain_seconds')})`, '{{topic}}'],
          ],
        }),
        lines({
          title: 'Age of an event when finished',
          description: 'The latency that a user sees: from the record to the end of the stage.',
          unit: 's',
          queries: [[quantileOf(0.95, 'millrace_event_age_seconds'), '{{stage}} p95']],
        }),
      ],
    },
    {
      title: 'Traffic',
      panels: [
        lines({
          title: 'Events by outcome',
          description: 'Events that each stage finished per second, by where they went.',
          unit: 'suffix:/s',
          queries: [
            [rateOf('millrace_stage_events_total', 'stage, outcome'), '{{stage}} {{outcome}}'],
          ],
        }),
        lines({
          title: 'HTTP requests',
          description:
            'At the ingestor. Writes with 4xx: an application sends what cannot be taken. 5xx: the database is down.',
          unit: 'reqps',
          queries: [
            [
              rateOf('millrace_ingest_requests_total', 'method, status', ''),
              '{{method}} {{status}}',
            ],
          ],
        }),
        lines({
          title: 'Open sessions',
          description:
            'That come message by message, and the messages that wait in them. Overdue ones: the ingestor is behind, or nobody closes.',
          unit: 'short',
          queries: [
            ['max(millrace_open_sessions)', 'open sessions'],
            ['max(millrace_open_messages)', 'messages in them'],
            ['max(millrace_close_overdue_seconds)', 'seconds overdue'],
          ],
        }),
        lines({
          title: 'Sessions closed',
          description:
            'Of those that came message by message, by cause. Many idle ones: an application sends no end.',
          unit: 'suffix:/s',
          queries: [[rateOf('millrace_sessions_closed_total', 'cause', ''), '{{cause}}']],
        }),
        table({
          title: 'Programs',
          description: 'What runs: program, version and Node, by process. 1 is up.',
          unit: 'short',
          queries: [['max by (stage, instance, version, node) (millrace_build_info)', '']],
        }),
      ],
    },
    {
      title: 'What comes of it',
      panels: [
        lines({
          title: 'Examples made',
          description: 'By kind and technique.',
          unit: 'suffix:/s',
          queries: [
            [rateOf('millrace_examples_total', 'kind, technique', ''), '{{kind}} {{technique}}'],
          ],
        }),
        lines({
          title: 'Training jobs by state',
          description:
            'Queued and not running: no runner, or no GPU. Failed: `millrace status` names the cause.',
          unit: 'short',
          queries: [['max by (state) (millrace_training_jobs)', '{{state}}']],
        }),
        lines({
          title: 'Models by decision',
          description: 'Registered models, by what the gate decided.',
          unit: 'short',
          queries: [['max by (decision) (millrace_models)', '{{decision}}']],
        }),
      ],
    },
    {
      title: 'Dependencies',
      panels: [
        lines({
          title: 'Dependencies that answer',
          description: '1 while broker and database answer, 0 while one is known to be down.',
          unit: 'short',
          queries: [
            ['min by (stage, dependency) (millrace_dependency_up)', '{{stage}} {{dependency}}'],
          ],
        }),
        lines({
          title: 'Outbox',
          description:
            'Events written and not yet published, and how many are published a second: by the batch, or by a sweeper.',
          unit: 'short',
          queries: [
            ['max(millrace_outbox_rows)', 'rows'],
            [rateOf('millrace_outbox_published_total', 'by', ''), 'by the {{by}}, a second'],
          ],
        }),
        lines({
          title: 'Rounds of the exporter',
          description:
            'Readings of broker and database per second. Failed ones: the figures of lag and jobs are old.',
          unit: 'suffix:/s',
          queries: [[rateOf('millrace_exporter_rounds_total', 'result', ''), '{{result}}']],
        }),
      ],
    },
  ],
};
