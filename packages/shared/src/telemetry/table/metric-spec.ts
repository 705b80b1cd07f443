/** Programs of the fleet, as their default label `stage` names them. `trainer` is the scheduler. */
export const programs = [
  'ingestor',
  'validator',
  'augmentor',
  'trainer',
  'trainer-runner',
  'exporter',
] as const;
export type Program = (typeof programs)[number];

/** Those that consume a topic. */
export const stagePrograms = ['ingestor', 'validator', 'augmentor', 'trainer'] as const;

interface MetricBase {
  readonly name: `millrace_${string}`;
  /** What one is: seconds, records, a ratio from 0 to 1. */
  readonly unit: string;
  /** What it says and whom it serves; becomes the HELP line. */
  readonly why: string;
  /** Who exports it: nobody else has the series, so no other program's 0 stands beside the true value. */
  readonly from: readonly Program[];
  /** Known values by label; an empty list: set at run time (a partition, a finding's code). */
  readonly labels: Readonly<Record<string, readonly string[]>>;
}
export type MetricSpec =
  | (MetricBase & { readonly kind: 'counter' | 'gauge' })
  | (MetricBase & { readonly kind: 'histogram'; readonly buckets: readonly number[] });

/** Seconds, of work inside a process. */
export const workSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Seconds, of an event's whole way. */
export const ageSeconds = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];
