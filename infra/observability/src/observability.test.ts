import { globSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metricTable } from '@millrace/shared/telemetry/metric-table';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { allDashboards } from './dashboards/all-dashboards.ts';
import { metricsPage } from './metrics-page.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const checkout = `${folder}../../`;
const rules: { alert: string; expr: string }[] = parse(
  readFileSync(`${folder}prometheus/rules.yml`, 'utf8'),
).groups.flatMap((g: { rules: unknown[] }) => g.rules);

const target = z.object({ expr: z.string(), refId: z.string() });
const panel = z.object({
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  targets: z.array(target).default([]),
  fieldConfig: z
    .object({ defaults: z.object({ unit: z.string().optional() }).optional() })
    .optional(),
});
const panels = [...allDashboards].flatMap(([file, text]) =>
  z
    .object({ panels: z.array(panel) })
    .parse(JSON.parse(text))
    .panels.filter(({ type }) => type !== 'row')
    .map((one) => ({ ...one, file })),
);
const variables = [...allDashboards.values()].flatMap((text) =>
  [...text.matchAll(/label_values\((\w+),/g)].map(([, metric = '']) => metric),
);
const queries = [
  ...rules.map((r) => [r.alert, r.expr] as const),
  ...panels.flatMap((p) => p.targets.map((t) => [`${p.file}: ${p.title}`, t.expr] as const)),
];

/** Where a query does not parse as PromQL; Grafana's variables stand for values. */
function syntaxErrors(query: string): string[] {
  const expr = query.replaceAll('$__rate_interval', '5m').replaceAll('$stage', '.+');
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: (node) => {
      if (node.type.isError) errors.push(`${expr} at ${node.from}`);
    },
  });
  return errors;
}

/** Of the process and of NVIDIA's exporter: what of theirs is used. */
const others =
  /^(process_(start_time_seconds|resident_memory_bytes|cpu_seconds_total)|nodejs_eventloop_lag_p99_seconds|DCGM_FI_(DEV|PROF)_\w+)$/;
const known = new Set<string>(Object.values(metricTable).map((m) => m.name));
const namesIn = (expr: string): string[] =>
  (expr.match(/\b(?:millrace|process|nodejs|DCGM)_\w+/g) ?? []).map((name) =>
    name.replace(/_bucket$/, ''),
  );

test('the committed dashboards and docs/metrics.md are what the code generates', () => {
  expect(readdirSync(`${folder}grafana`).toSorted()).toEqual([...allDashboards.keys()].toSorted());
  for (const [name, text] of allDashboards)
    expect(readFileSync(`${folder}grafana/${name}`, 'utf8'), name).toBe(text);
  expect(readFileSync(`${checkout}docs/metrics.md`, 'utf8')).toBe(metricsPage());
});

test('docs/metrics.md names every metric once', () => {
  for (const name of known) expect(metricsPage().split(`\`${name}\``), name).toHaveLength(2);
});

test('every metric of the table is set somewhere, and nothing is set that the table lacks', () => {
  const sources = globSync('{packages,services}/*/src/**/*.ts', { cwd: checkout })
    .filter((file) => !/\.test\.ts$|\/testing\/|\/telemetry\//.test(file))
    .map((file) => readFileSync(checkout + file, 'utf8'))
    .join('\n');
  const used = sources.matchAll(/\bmetrics\.(\w+)\.(?:add|set|observe)\(/g);
  const setByItself = ['buildInfo'];
  expect(new Set([...[...used].map(([, key]) => key), ...setByItself])).toEqual(
    new Set(Object.keys(metricTable)),
  );
});

test('every metric of the table is in a dashboard or an alert', () => {
  const shown = new Set(queries.flatMap(([, expr]) => namesIn(expr)));
  expect([...known].filter((name) => !shown.has(name))).toEqual([]);
});

test.each(queries)('%s parses as PromQL and names metrics that there are', (_title, expr) => {
  expect(syntaxErrors(expr)).toEqual([]);
  const names = namesIn(expr);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(known.has(name) || others.test(name), name).toBe(true);
});

test('the variables of the dashboards have metrics that there are', () => {
  expect(variables.length).toBeGreaterThan(0);
  for (const metric of variables) expect(known).toContain(metric);
});

test('a query that does not parse is found', () => {
  expect(syntaxErrors('sum by (stage (x)')).not.toEqual([]);
});

test('every panel has a description, a unit, and queries with ids of their own', () => {
  expect(panels.length).toBeGreaterThanOrEqual(40);
  for (const { title, description, fieldConfig, targets, file } of panels) {
    expect(description?.length, `${file} ${title}`).toBeGreaterThan(10);
    expect(fieldConfig?.defaults?.unit, `${file} ${title}`).toBeTruthy();
    expect(targets.length, `${file} ${title}`).toBeGreaterThan(0);
    expect(new Set(targets.map((t) => t.refId)).size, title).toBe(targets.length);
  }
  const titles = panels.map(({ file, title }) => `${file} ${title}`);
  expect(new Set(titles).size).toBe(titles.length);
});
