import type { DashboardSpec } from './dashboard.ts';
import { figure, lines } from './panels.ts';
import { ofChosen, quantileOf, rateOf } from './queries.ts';

/** One stage, or several beside each other: where its time goes, what holds it up, how its processes are. */
export const stage: DashboardSpec = {
  name: 'stage',
  title: 'Stage',
  description: 'Where the time of a stage goes, and what holds it up. Choose one stage above.',
  choose: { stage: 'millrace_stage_events_total' },
  rows: [
    {
      title: 'Now',
      panels: [
        figure({
          title: 'Waiting records',
          description: 'Records that the stage has not committed.',
          unit: 'short',
          queries: [
            [`sum by (stage) (${ofChosen('millrace_consumer_lag_messages')})`, '{{stage}}'],
          ],
        }),
        figure({
          title: 'Events a second',
          description: 'Events finished, all outcomes together.',
          unit: 'suffix:/s',
          queries: [[rateOf('millrace_stage_events_total', 'stage'), '{{stage}}']],
        }),
        figure({
          title: 'In flight',
          description:
            'Records fetched and not yet committed. High and still: a dependency is down, or a batch is slow.',
          unit: 'short',
          queries: [
            [`sum by (stage) (${ofChosen('millrace_stage_inflight_events')})`, '{{stage}}'],
          ],
        }),
        figure({
          title: 'Since the last movement',
          description:
            'Seconds since the stage last saved a batch. Large is healthy where nothing waits.',
          unit: 's',
          queries: [
            [
              `time() - max by (stage) (${ofChosen('millrace_consumer_last_progress_timestamp_seconds')} > 0)`,
              '{{stage}}',
            ],
          ],
        }),
      ],
    },
    {
      title: 'Where the time goes',
      panels: [
        lines({
          title: 'Time of a batch',
          description:
            'From fetch to commit; the bound is 5 s. Near it: the database is slow or a model is.',
          unit: 's',
          queries: [0.5, 0.95, 0.99].map((q) => [
            quantileOf(q, 'millrace_stage_batch_duration_seconds'),
            `{{stage}} p${q * 100}`,
          ]),
        }),
        lines({
          title: 'Time by phase',
          description: 'Load and save are the database, measure a model, decide the code.',
          unit: 's',
          queries: [
            [
              quantileOf(0.95, 'millrace_stage_phase_duration_seconds', 'stage, phase'),
              '{{stage}} {{phase}} p95',
            ],
          ],
        }),
        lines({
          title: 'Events in a batch',
          description: 'Small ones under lag mean that a bound cuts them.',
          unit: 'short',
          queries: [[quantileOf(0.5, 'millrace_stage_batch_events'), '{{stage}} median']],
        }),
      ],
    },
    {
      title: 'What went wrong',
      panels: [
        lines({
          title: 'Retries and splits',
          description:
            'Batches begun again after a transient error, and halved to find a poison record.',
          unit: 'suffix:/s',
          queries: [
            [rateOf('millrace_stage_retries_total', 'stage'), '{{stage}} retries'],
            [rateOf('millrace_stage_splits_total', 'stage'), '{{stage}} splits'],
          ],
        }),
        lines({
          title: 'Rebalances',
          description:
            'Assignments of partitions to one process in 10 minutes. Over 5: a member comes and goes.',
          unit: 'short',
          queries: [
            [
              `max by (stage) (increase(${ofChosen('millrace_consumer_rebalances_total')}[10m]))`,
              '{{stage}}',
            ],
          ],
        }),
        lines({
          title: 'Partitions held',
          description: 'By process; 0 is a standby. Their sum is the partitions of the topics.',
          unit: 'short',
          queries: [
            [
              `max by (stage, instance) (${ofChosen('millrace_consumer_assigned_partitions')})`,
              '{{stage}} {{instance}}',
            ],
          ],
        }),
      ],
    },
    {
      title: 'Data',
      panels: [
        lines({
          title: 'Findings by code',
          description: 'What the validator saw. A jump of one code: an application changed.',
          unit: 'suffix:/s',
          queries: [[rateOf('millrace_findings_total', 'code', ''), '{{code}}']],
        }),
        lines({
          title: 'Quality of sessions',
          description:
            'Median and lowest twentieth of the quality score; below the threshold a session is rejected.',
          unit: 'percentunit',
          queries: [0.05, 0.5].map((q) => [
            quantileOf(q, 'millrace_session_quality_ratio', '', ''),
            `p${q * 100}`,
          ]),
        }),
        lines({
          title: 'Time of an HTTP request',
          description: 'What an application waits for its answer, at the ingestor.',
          unit: 's',
          queries: [0.5, 0.99].map((q) => [
            quantileOf(q, 'millrace_ingest_request_duration_seconds', '', ''),
            `p${q * 100}`,
          ]),
        }),
      ],
    },
    {
      title: 'Processes',
      panels: [
        lines({
          title: 'Memory',
          description: 'Resident size, by process, against the limit of its pod.',
          unit: 'bytes',
          queries: [
            [
              `max by (stage, instance) (${ofChosen('process_resident_memory_bytes')})`,
              '{{stage}} {{instance}}',
            ],
          ],
        }),
        lines({
          title: 'Cores in use',
          description:
            'CPU seconds a second, by process. Near 1: the loop is the limit, add replicas.',
          unit: 'short',
          queries: [
            [rateOf('process_cpu_seconds_total', 'stage, instance'), '{{stage}} {{instance}}'],
          ],
        }),
        lines({
          title: 'Delay of the event loop',
          description: 'The 99th hundredth. Over a second: something works on the loop’s thread.',
          unit: 's',
          queries: [
            [
              `max by (stage, instance) (${ofChosen('nodejs_eventloop_lag_p99_seconds')})`,
              '{{stage}} {{instance}}',
            ],
          ],
        }),
      ],
    },
  ],
};
