/**
 * A fleet under a real Prometheus (`millrace test --long`): every panel's query has an answer, a poison record and a stopped
 * stage raise their alerts within their time, and these end when the cause does. Its small twins are the unit tests of
 * infra/observability: names, syntax, promtool's cases.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { aSession } from '@millrace/shared/testing/a-session';
import { expect, test } from 'vitest';
import { allDashboards } from '../infra/observability/src/dashboards/all-dashboards.ts';
import { prometheusProgram } from '../infra/observability/src/promtool.ts';
import { type Place, place, samples } from './millrace.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { withTinyBase } from './tiny-base.ts';

const program = prometheusProgram('prometheus');
const long = process.env['MILLRACE_TEST_LONG'] === '1';
if (long && program === null)
  process.stderr.write(
    'alerts: Prometheus is not here, skipped: node infra/observability/src/fetch-prometheus.ts\n',
  );

/** Every query of every dashboard but those of NVIDIA's exporter, with values for Grafana's variables. */
const queries = [...allDashboards.values()].flatMap((text) =>
  [...text.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)]
    .map(([, quoted = '""']) => String(JSON.parse(quoted)))
    .filter((expr) => !expr.includes('DCGM_'))
    .map((expr) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$stage', '.+')),
);

/** Asks until the answer is as expected. @returns seconds that it took */
async function until(what: string, seconds: number, ask: () => Promise<boolean>): Promise<number> {
  const begun = performance.now();
  const passed = (): number => Math.round((performance.now() - begun) / 1000);
  while (!(await ask())) {
    if (passed() > seconds) throw new Error(`not within ${seconds} s: ${what}`);
    await delay(1000);
  }
  process.stderr.write(`alerts: ${what}: ${passed()} s\n`);
  return passed();
}

const fires = (prometheus: Prometheus, alert: string, stage?: string) => async () =>
  (await prometheus.firing()).some((one) => one['alertname'] === alert && one['stage'] === stage);

/** Sessions that the fleet has not seen, by file and over HTTP, and a request that is refused. */
async function traffic(fleet: Place, prefix: string): Promise<void> {
  const sessions = Array.from({ length: 20 }, (_, i) =>
    JSON.stringify(aSession({ id: `${prefix}-${i}` })).replaceAll(
      'kettle',
      `${prefix} kettle ${i}`,
    ),
  );
  const file = path.join(fleet.stateFolder, `${prefix}.jsonl`);
  writeFileSync(file, `${sessions.slice(5).join('\n')}\n`);
  await fleet.run(['publish', file]);
  const log = readFileSync(path.join(fleet.stateFolder, 'logs/ingestor.log'), 'utf8');
  const port = /"port":(\d+)[^\n]*"msg":"api listening"/.exec(log)?.[1];
  for (const body of [...sessions.slice(0, 5), '{"no": "session"}'])
    await fetch(`http://127.0.0.1:${port}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
}

test.runIf(long && program !== null)(
  'live: every panel answers, and alerts fire and end with their causes',
  { timeout: 40 * 60_000 },
  async () => {
    const fleet = await place({ max_steps: 6, checkpoint_steps: 1, n_splits: 2 });
    withTinyBase(fleet);
    await fleet.run(['up']);
    const prometheus = await startPrometheus(program ?? '', fleet);
    process.stderr.write(`alerts: Prometheus at ${prometheus.url}\n`);
    try {
      // Prometheus sees what happens between two scrapes: the first must come before the records
      const counters = 'millrace_dead_letters_total{stage="ingestor"}';
      await until(
        'the counters are scraped',
        60,
        async () => Number(await prometheus.ask(counters)) > 0,
      );
      await fleet.run(['publish', samples, '--wait']);
      await fleet.run(['train', '--wait']);
      await traffic(fleet, 'early');
      let empty: string[] = queries;
      await until(`${queries.length} queries of dashboards have an answer`, 120, async () => {
        const answers = await Promise.all(queries.map((query) => prometheus.ask(query)));
        expect(answers.filter((one) => typeof one === 'string')).toEqual([]);
        empty = queries.filter((_, i) => answers[i] === 0);
        return empty.length === 0;
      }).catch(() => expect(empty).toEqual([]));

      // the samples hold three records that nobody can handle
      const dead = fires(prometheus, 'MillraceDeadLetters', 'ingestor');
      await until('poison records: MillraceDeadLetters fires', 60, dead);

      process.kill(fleet.pidOf('validator') ?? 0, 'SIGTERM');
      await traffic(fleet, 'late');
      const stalled = fires(prometheus, 'MillraceStageStalled', 'validator');
      await until('stopped validator: MillraceStageStalled fires', 9 * 60, stalled);
      await fleet.run(['up']);
      prometheus.follow();
      await until('started again: MillraceStageStalled ends', 120, async () => !(await stalled()));
      const rejecting = fires(prometheus, 'MillraceIngestRejecting');
      await until('a sixth is refused: MillraceIngestRejecting fires', 10 * 60, rejecting);
      await until('MillraceDeadLetters ends', 12 * 60, async () => !(await dead()));
      const left = (await prometheus.firing()).map((one) => one['alertname']);
      expect(left).toEqual(['MillraceIngestRejecting']);
    } finally {
      await prometheus.stop();
      await fleet.remove();
    }
  },
);
