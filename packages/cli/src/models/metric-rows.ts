export interface MetricRows {
  /** `base`, `champion` where there is one, `candidate`. */
  readonly models: readonly string[];
  /** A row a metric: its name, then its value for each model, to four digits; empty where a model has none. */
  readonly rows: readonly (readonly string[])[];
}

/** Metrics of models side by side. */
export function metricRows(
  metrics: Readonly<Record<string, Readonly<Record<string, number>>>>,
): MetricRows {
  const models = Object.keys(metrics);
  const names = [...new Set(Object.values(metrics).flatMap((byMetric) => Object.keys(byMetric)))];
  const rows = names.map((name) => [
    name,
    ...models.map((model) => metrics[model]?.[name]?.toFixed(4) ?? ''),
  ]);
  return { models, rows };
}
