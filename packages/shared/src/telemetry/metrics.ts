import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { metricTable } from './metric-table.ts';
import { type MetricSpec, programs } from './table/metric-spec.ts';

type Table = typeof metricTable;
type Labels<K extends keyof Table> = { readonly [L in keyof Table[K]['labels']]: string };
interface Instrument<L> {
  /** Adds to a counter or gauge; default 1. */
  add(labels: L, by?: number): void;
  /** Sets a gauge. */
  set(labels: L, value: number): void;
  /** Puts a value into a histogram. */
  observe(labels: L, value: number): void;
  /** Ends a series, so that a partition or job that is gone is not reported for ever. */
  remove(labels: L): void;
}
export type Metrics = { readonly [K in keyof Table]: Instrument<Labels<K>> } & {
  /** Prometheus text. */
  text(): Promise<string>;
  readonly contentType: string;
};

export interface MetricsOptions {
  /** Default label `stage` of every series; a program of the fleet has only the metrics that are its own. */
  readonly stage: string;
  readonly version: string;
  /** Also event loop, heap and garbage collection of the process; default true. */
  readonly process?: boolean;
}

/** The metrics of one process in a registry of its own; every series with known labels stands at 0 from the start. */
export function createMetrics(options: MetricsOptions): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ stage: options.stage });
  if (options.process ?? true)
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const made = Object.fromEntries(
    Object.entries(metricTable).map(([key, spec]) => [
      key,
      instrument(spec, isExportedBy(spec, options.stage) ? [registry] : []),
    ]),
  );
  const metrics = {
    ...made,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
  if (!isComplete(metrics)) throw new TypeError('a metric of the table has no instrument');
  metrics.buildInfo.set({ version: options.version, node: process.version }, 1);
  return metrics;
}

function isComplete(metrics: object): metrics is Metrics {
  return Object.keys(metricTable).every((key) => key in metrics);
}

/** A process that is no program of the fleet (a test's) has everything. */
function isExportedBy(spec: MetricSpec, stage: string): boolean {
  const program = programs.find((name) => name === stage);
  return program === undefined || spec.from.includes(program);
}

function instrument(spec: MetricSpec, registers: Registry[]): Instrument<Record<string, string>> {
  const labelNames = Object.keys(spec.labels);
  const common = { name: spec.name, help: spec.why, labelNames, registers };
  const misuse = () => {
    throw new TypeError(`${spec.name} is a ${spec.kind}`);
  };
  switch (spec.kind) {
    case 'counter': {
      const counter = new Counter(common);
      for (const labels of combinations(spec.labels)) counter.inc(labels, 0);
      return {
        add: (l, by = 1) => counter.inc(l, by),
        set: misuse,
        observe: misuse,
        remove: (l) => counter.remove(l),
      };
    }
    case 'gauge': {
      const gauge = new Gauge(common);
      for (const labels of combinations(spec.labels)) gauge.set(labels, 0);
      return {
        add: (l, by = 1) => gauge.inc(l, by),
        set: (l, v) => gauge.set(l, v),
        observe: misuse,
        remove: (l) => gauge.remove(l),
      };
    }
    case 'histogram': {
      const histogram = new Histogram({ ...common, buckets: [...spec.buckets] });
      for (const labels of combinations(spec.labels)) histogram.zero(labels);
      return {
        add: misuse,
        set: misuse,
        observe: (l, v) => histogram.observe(l, v),
        remove: (l) => histogram.remove(l),
      };
    }
  }
}

/** Every combination of known label values; none when a label has unknown ones. */
function combinations(labels: MetricSpec['labels']): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [name, values]) =>
      rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}
