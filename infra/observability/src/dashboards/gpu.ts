import type { DashboardSpec } from './dashboard.ts';
import { figure, lines } from './panels.ts';
import { rateOf } from './queries.ts';

const each = 'max by (Hostname, gpu)';
const legend = '{{Hostname}} {{gpu}}';

/** The cards, as NVIDIA's DCGM exporter tells them, beside what the training gets out of them. */
export const gpu: DashboardSpec = {
  name: 'gpu',
  title: 'GPU',
  description: 'Needs NVIDIA’s dcgm-exporter on the GPU nodes; without it these panels are empty.',
  rows: [
    {
      title: 'Are they used?',
      panels: [
        figure({
          title: 'Utilisation',
          description:
            'Share of time in which a kernel ran. Low while a job runs: the data does not come fast enough.',
          unit: 'percent',
          queries: [[`${each} (DCGM_FI_DEV_GPU_UTIL)`, legend]],
        }),
        figure({
          title: 'Memory in use',
          description: 'Of the card’s own memory.',
          unit: 'percentunit',
          redFrom: 0.95,
          queries: [
            [`${each} (DCGM_FI_DEV_FB_USED / (DCGM_FI_DEV_FB_USED + DCGM_FI_DEV_FB_FREE))`, legend],
          ],
        }),
        figure({
          title: 'Temperature',
          description: 'Over 85 degrees a card lowers its clock.',
          unit: 'celsius',
          redFrom: 85,
          queries: [[`${each} (DCGM_FI_DEV_GPU_TEMP)`, legend]],
        }),
        figure({
          title: 'Last XID error',
          description: 'A number of NVIDIA’s list; 0 is none. 79 and 48: drain the node.',
          unit: 'none',
          redFrom: 1,
          queries: [[`${each} (DCGM_FI_DEV_XID_ERRORS)`, legend]],
        }),
      ],
    },
    {
      title: 'Over time',
      panels: [
        lines({
          title: 'Compute engine busy',
          description: 'Share of cycles with work on the graphics engine, and on the tensor cores.',
          unit: 'percentunit',
          queries: [
            [`${each} (DCGM_FI_PROF_GR_ENGINE_ACTIVE)`, legend],
            [`${each} (DCGM_FI_PROF_PIPE_TENSOR_ACTIVE)`, `${legend} tensor`],
          ],
        }),
        lines({
          title: 'Power',
          description: 'Watts drawn. At the limit of the card it is well used.',
          unit: 'watt',
          queries: [[`${each} (DCGM_FI_DEV_POWER_USAGE)`, legend]],
        }),
        lines({
          title: 'Useful tokens a second',
          description: 'What the training makes of it; padding does not count.',
          unit: 'suffix: tokens/s',
          queries: [[rateOf('millrace_training_tokens_total', 'model_type', ''), '{{model_type}}']],
        }),
      ],
    },
  ],
};
