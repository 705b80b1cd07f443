import type { DashboardSpec } from './dashboard.ts';
import { figure, lines } from './panels.ts';
import { quantileOf, rateOf } from './queries.ts';

/** Jobs, the running attempt, and what came of it. */
export const training: DashboardSpec = {
  name: 'training',
  title: 'Training',
  description:
    'Jobs (from their rows: they go on when no runner is left), and the running attempt.',
  rows: [
    {
      title: 'Jobs',
      panels: [
        figure({
          title: 'Waits for a runner',
          description:
            'How long the oldest job has been free and no runner took it: no runner, or no GPU.',
          unit: 's',
          redFrom: 900,
          queries: [['max by (model_type) (millrace_training_queued_seconds)', '{{model_type}}']],
        }),
        figure({
          title: 'Without progress',
          description: 'Since the progress of a running job last changed. 15 minutes: it is stuck.',
          unit: 's',
          redFrom: 900,
          queries: [['max by (model_type) (millrace_training_still_seconds)', '{{model_type}}']],
        }),
        figure({
          title: 'Age of the checkpoint',
          description: 'Work that is lost if the running attempt dies now; 0 when none runs.',
          unit: 's',
          redFrom: 7200,
          queries: [
            ['max by (model_type) (millrace_training_checkpoint_age_seconds)', '{{model_type}}'],
          ],
        }),
        figure({
          title: 'Diverged jobs',
          description: 'Jobs whose last attempt ended because its loss was no longer a number.',
          unit: 'short',
          redFrom: 1,
          queries: [['max by (model_type) (millrace_training_diverged_jobs)', '{{model_type}}']],
        }),
      ],
    },
    {
      title: 'The running attempt',
      panels: [
        lines({
          title: 'Loss',
          description:
            'Loss of the last step of the running job, in nats. It should fall, then flatten.',
          unit: 'none',
          queries: [['max by (model_type) (millrace_training_loss_nats != 0)', '{{model_type}}']],
        }),
        lines({
          title: 'Useful tokens a second',
          description:
            'Real tokens trained on; padding does not count. Against the figure of the bench.',
          unit: 'suffix: tokens/s',
          queries: [[rateOf('millrace_training_tokens_total', 'model_type', ''), '{{model_type}}']],
        }),
        lines({
          title: 'Steps a second',
          description:
            'Optimiser steps. 0 while a phase without steps runs: freeze, encoding, evaluation.',
          unit: 'suffix:/s',
          queries: [[rateOf('millrace_training_steps_total', 'model_type', ''), '{{model_type}}']],
        }),
      ],
    },
    {
      title: 'What came of it',
      panels: [
        lines({
          title: 'Jobs by state',
          description:
            'Blocked: data or request must change. Failed: the cause is in `millrace status`.',
          unit: 'short',
          queries: [['max by (state) (millrace_training_jobs)', '{{state}}']],
        }),
        lines({
          title: 'Models by decision',
          description: 'Registered models, by what the gate decided.',
          unit: 'short',
          queries: [['max by (decision) (millrace_models)', '{{decision}}']],
        }),
        lines({
          title: 'Late writes and decisions of the runners',
          description:
            'Late: writes refused because another attempt holds the job; a runner was paused past its lease.',
          unit: 'short',
          queries: [
            ['sum(increase(millrace_training_late_writes_total[1h]))', 'late writes, 1 h'],
            [
              'sum by (decision) (increase(millrace_model_decisions_total[1h]))',
              '{{decision}}, 1 h',
            ],
          ],
        }),
      ],
    },
    {
      title: 'What it learns from',
      panels: [
        lines({
          title: 'Examples made',
          description: 'By kind and technique. Nothing new: no training follows.',
          unit: 'suffix:/s',
          queries: [
            [rateOf('millrace_examples_total', 'kind, technique', ''), '{{kind}} {{technique}}'],
          ],
        }),
        lines({
          title: 'Quality of sessions',
          description:
            'Median and lowest twentieth of the quality score of the sessions that came in.',
          unit: 'percentunit',
          queries: [0.05, 0.5].map((q) => [
            quantileOf(q, 'millrace_session_quality_ratio', '', ''),
            `p${q * 100}`,
          ]),
        }),
        lines({
          title: 'Checkpoints of the runners',
          description: 'When a runner last wrote one, as time since; nothing before its first.',
          unit: 's',
          queries: [
            [
              'time() - max by (model_type) (millrace_training_last_checkpoint_timestamp_seconds > 0)',
              '{{model_type}}',
            ],
          ],
        }),
      ],
    },
  ],
};
