import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type AlertCase, alertCases, mutations } from './alert-cases.ts';
import { prometheusProgram } from './promtool.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const file = path.join(checkout, 'infra/observability/prometheus/rules.yml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const { groups }: { groups: { rules: Rule[] }[] } = parse(readFileSync(file, 'utf8'));
const rules = groups.flatMap((group) => group.rules);
const names = rules.map(({ alert }) => alert);

test('every alert has a severity, what to do, a case that fires, one that does not, and a mutation', () => {
  expect(new Set(names).size).toBe(names.length);
  expect(names.toSorted()).toEqual(Object.keys(mutations).toSorted());
  for (const { alert, labels, annotations } of rules) {
    expect(['critical', 'warning'], alert).toContain(labels['severity']);
    expect(annotations['action']?.length, alert).toBeGreaterThan(20);
    expect(
      alertCases.some((one) => one.alert === alert && one.firesAt !== undefined),
      alert,
    ).toBe(true);
  }
});

test('every alert has a runbook of its own: symptom, query, action', () => {
  const books = rules.map(({ annotations }) => annotations['runbook_url'] ?? '');
  expect(new Set(books).size).toBe(rules.length);
  for (const { alert, annotations, expr } of rules) {
    const book = path.join(checkout, annotations['runbook_url'] ?? '');
    expect(existsSync(book), alert).toBe(true);
    const text = readFileSync(book, 'utf8');
    for (const part of [alert, '## Symptom', '## Query', '## Action'])
      expect(text, alert).toContain(part);
    const [metric = ''] = /\b(?:millrace|process)_\w+/.exec(expr) ?? [];
    expect(text.split('## Query')[1], alert).toContain(metric);
  }
  const known = books.map((book) => path.basename(book));
  const there = readdirSync(path.join(checkout, 'docs/runbooks'));
  expect(there.filter((name) => name !== 'README.md').toSorted()).toEqual(known.toSorted());
});

const promtool = prometheusProgram('promtool');
if (promtool === null)
  process.stderr.write(
    'alerts: promtool is not here, the rules are only parsed: node infra/observability/src/fetch-prometheus.ts\n',
  );

/** What promtool says of the cases, under these rules. */
function verdict(rulesText: string, cases: readonly AlertCase[]): { ok: boolean; says: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-alerts-'));
  writeFileSync(path.join(folder, 'rules.yml'), rulesText);
  writeFileSync(path.join(folder, 'cases.yml'), stringify(unitTests(cases)));
  const run = spawnSync(promtool ?? '', ['test', 'rules', 'cases.yml'], {
    cwd: folder,
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  return { ok: run.status === 0, says: run.stdout + run.stderr };
}

const unitTests = (cases: readonly AlertCase[]) => ({
  rule_files: ['rules.yml'],
  evaluation_interval: '1m',
  tests: cases.map((one, i) => ({
    name: `${i} ${one.alert}`,
    interval: '1m',
    input_series: Object.entries(one.series).map(([series, values]) => ({ series, values })),
    alert_rule_test: [
      { eval_time: one.silentAt, alertname: one.alert, exp_alerts: [] },
      ...(one.firesAt === undefined
        ? []
        : [{ eval_time: one.firesAt, alertname: one.alert, exp_alerts: [firing(one)] }]),
    ],
  })),
});

function firing({ alert, labels, summary }: AlertCase) {
  const rule = rules.find((candidate) => candidate.alert === alert);
  return {
    exp_labels: { ...rule?.labels, ...labels },
    exp_annotations: { ...rule?.annotations, summary },
  };
}

const source = readFileSync(file, 'utf8');

test.runIf(promtool)('promtool: every alert fires when it should and is silent otherwise', () => {
  expect(verdict(source, alertCases)).toMatchObject({ ok: true });
});

test.runIf(promtool).each(names)('promtool: a mistake in %s is noticed', (name) => {
  const [from, to] = mutations[name] ?? ['', ''];
  const begin = source.indexOf(`alert: ${name}\n`);
  const mutated = source.slice(0, begin) + source.slice(begin).replace(from, to);
  expect(mutated).not.toBe(source);
  const cases = alertCases.filter(({ alert }) => alert === name);
  expect(verdict(mutated, cases).ok).toBe(false);
});
