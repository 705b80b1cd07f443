import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Place } from './millrace.ts';

const rules = path.resolve(import.meta.dirname, '../infra/observability/prometheus/rules.yml');
const answer = z.object({
  status: z.string(),
  error: z.string().optional(),
  data: z.object({ result: z.array(z.unknown()) }).optional(),
});
const alertList = z.object({
  data: z.object({
    alerts: z.array(z.object({ labels: z.record(z.string(), z.string()), state: z.string() })),
  }),
});

/** A real Prometheus that scrapes a fleet of a test, with the product's own rules. */
export interface Prometheus {
  readonly url: string;
  /** Scrapes what runs now: a service that was started anew has another port. */
  follow(): void;
  /** Number of series, or what is wrong with the query. */
  ask(query: string): Promise<number | string>;
  /** Labels of the alerts that fire now. */
  firing(): Promise<readonly Readonly<Record<string, string>>[]>;
  stop(): Promise<void>;
}

/** @param program the binary; started with its data in the fleet's state folder */
export async function startPrometheus(program: string, fleet: Place): Promise<Prometheus> {
  const folder = path.join(fleet.stateFolder, 'prometheus');
  mkdirSync(folder, { recursive: true });
  const targets = path.join(folder, 'targets.json');
  const follow = (): void => {
    const services = path.join(fleet.stateFolder, 'services');
    const ports = readdirSync(services)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(path.join(services, name), 'utf8')).port);
    writeFileSync(targets, JSON.stringify([{ targets: ports.map((p) => `127.0.0.1:${p}`) }]));
  };
  follow();
  const scrape = { job_name: 'millrace', file_sd_configs: [{ files: [targets] }] };
  const config = {
    global: { scrape_interval: '5s', evaluation_interval: '5s' },
    rule_files: [rules],
    scrape_configs: [scrape],
  };
  writeFileSync(path.join(folder, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(`${url}/-/ready`).then(
      (r) => r.ok,
      () => false,
    ))
  )
    await delay(100);
  return {
    url,
    follow,
    ask: async (query) => {
      const body = new URLSearchParams({ query });
      const response = await fetch(`${url}/api/v1/query`, { method: 'POST', body });
      const { status, error, data } = answer.parse(await response.json());
      return status === 'success' ? (data?.result.length ?? 0) : (error ?? status);
    },
    firing: async () => {
      const { data } = alertList.parse(await (await fetch(`${url}/api/v1/alerts`)).json());
      return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
