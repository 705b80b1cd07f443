import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metricTable } from '@millrace/shared/telemetry/metric-table';
import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { fleetDashboard } from './fleet-dashboard.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const rules: { alert: string; expr: string; annotations: Record<string, string> }[] = parse(
  readFileSync(`${folder}prometheus/rules.yml`, 'utf8'),
).groups.flatMap((g: { rules: unknown[] }) => g.rules);

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly { readonly expr: string; readonly refId?: string }[];
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
}
const flat = (panels: readonly Panel[]): Panel[] =>
  panels.flatMap((p) => [p, ...flat(p.panels ?? [])]);
const dashboard: { panels: Panel[] } = JSON.parse(JSON.stringify(fleetDashboard()));
const panels = flat(dashboard.panels).filter((p) => p.type !== 'row');
const queries = [
  ...rules.map((r) => [r.alert, r.expr] as const),
  ...panels.flatMap((p) => (p.targets ?? []).map((t) => [p.title ?? '', t.expr] as const)),
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

test('the committed dashboard is what the code generates', () => {
  expect(readFileSync(`${folder}grafana/fleet.json`, 'utf8')).toBe(
    `${JSON.stringify(fleetDashboard(), null, 2)}\n`,
  );
});

test.each(queries)('%s parses as PromQL and names metrics of the table', (_title, expr) => {
  expect(syntaxErrors(expr)).toEqual([]);
  const known = new Set<string>(Object.values(metricTable).map((m) => m.name));
  for (const name of expr.match(/\bmillrace_\w+/g) ?? []) {
    expect(known).toContain(name.replace(/_bucket$/, ''));
  }
});

test('a query that does not parse is found', () => {
  expect(syntaxErrors('sum by (stage (x)')).not.toEqual([]);
});

test('every panel has a description, a unit, and queries with ids of their own', () => {
  expect(panels.length).toBeGreaterThanOrEqual(12);
  for (const panel of panels) {
    expect(panel.description?.length, panel.title).toBeGreaterThan(10);
    expect(panel.fieldConfig?.defaults?.unit, panel.title).toBeTruthy();
    const ids = panel.targets?.map((t) => t.refId) ?? [];
    expect(ids.length, panel.title).toBeGreaterThan(0);
    expect(new Set(ids).size, panel.title).toBe(ids.length);
    expect(ids).not.toContain(undefined);
  }
});

test('every alert says what to do', () => {
  expect(rules.length).toBeGreaterThanOrEqual(3);
  for (const rule of rules) expect(rule.annotations['action']).toBeTruthy();
});

const promtool = spawnSync('promtool', ['--version']).status === 0;
test.runIf(promtool)('promtool: the rules fire when they should and stay silent otherwise', () => {
  const run = spawnSync('promtool', ['test', 'rules', 'rules.promtool.yml'], {
    cwd: `${folder}prometheus`,
    encoding: 'utf8',
  });
  expect(run.stdout + run.stderr).toContain('SUCCESS');
  expect(run.status).toBe(0);
});
