import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { environmentSchema } from '@millrace/shared/contracts/environment';
import { settingsSchema } from '@millrace/shared/contracts/settings';
import { stopDeadlines } from '@millrace/shared/contracts/stop-deadlines';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedManifests } from './generated-manifests.ts';
import { triggerErrors } from './keda-triggers.ts';
import { renderOverlay } from './render-overlay.ts';
import { byKustomize, comparable, kubectl } from './testing/by-kustomize.ts';
import { type Manifest, readManifests, typeErrors } from './typed-manifests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const base = `${root}base/`;
const files = readdirSync(base).filter((f) => f !== 'kustomization.yaml');
const all = files.flatMap((f) => readManifests(base + f));
const overlays = readdirSync(`${root}overlays`);
const rendered = new Map(overlays.map((name) => [name, renderOverlay(`${root}overlays/${name}`)]));
const named = (kind: string, name: string, from: readonly Manifest[] = all): Manifest => {
  const found = from.find((m) => m.kind === kind && m.metadata?.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};
const prod = rendered.get('prod') ?? [];
const text = (m: Manifest) => JSON.stringify(m);
const isPod = ({ kind }: Manifest) => ['Deployment', 'ScaledJob', 'Job', 'CronJob'].includes(kind);

const endsByItself = ({ kind }: Manifest) => ['Job', 'CronJob'].includes(kind);

test('kustomization.yaml lists every file of the folder', () => {
  const { resources } = parse(readFileSync(`${base}kustomization.yaml`, 'utf8'));
  expect([...resources].sort()).toEqual([...files].sort());
});

test('the generated manifests are what the code generates', () => {
  for (const [name, content] of generatedManifests())
    expect(readFileSync(root + name, 'utf8'), name).toBe(content);
});

test('every manifest of every overlay fits the types of its API', { timeout: 60_000 }, () => {
  expect(overlays).toEqual(['kind', 'prod']);
  expect(typeErrors([...rendered.values()].flat())).toEqual([]);
});

test('a misspelt key, a wrong type and a missing field are found', { timeout: 60_000 }, () => {
  const changed = (from: Manifest, a: string, b: string): Manifest => {
    expect(text(from)).toContain(a);
    return JSON.parse(text(from).replace(a, b));
  };
  const deployment = named('Deployment', 'validator');
  const user = named('KafkaUser', 'millrace-validator', prod);
  const topic = named('KafkaTopic', topics.sessionClosed.name);
  const planted = [
    changed(deployment, '"containerPort"', '"containerPrt"'),
    changed(named('Deployment', 'exporter'), '"replicas":1', '"replicas":"one"'),
    changed(named('ScaledObject', 'validator'), '"triggers"', '"x"'),
    changed(named('NetworkPolicy', 'millrace'), '"egress"', '"egres"'),
    changed(topic, '"partitions":12', '"partitions":"12"'),
    changed(topic, 'kafka.strimzi.io/v1', 'kafka.strimzi.io/v1beta2'),
    changed(user, '"Read"', '"Reed"'),
  ];
  const found = typeErrors(planted).map((error) => error.split(':')[0]);
  for (const { kind } of planted) expect(found.some((name) => name?.startsWith(kind))).toBe(true);
  expect(found.length).toBeGreaterThanOrEqual(planted.length);
});

if (!kubectl)
  process.stderr.write('k8s: kubectl is not here, the overlays are rendered by ourselves only\n');
test.runIf(kubectl).each(overlays)('kustomize makes of overlay %s what we make of it', (name) => {
  expect(byKustomize(`${root}overlays/${name}`)).toEqual(comparable(rendered.get(name) ?? []));
});

test('a patch that meets nothing, or a path that is not there, is refused', () => {
  expect(() => renderOverlay(`${root}src/testing/patch-meets-nothing`)).toThrow(
    'meets no Deployment',
  );
  expect(() => renderOverlay(`${root}src/testing/path-not-there`)).toThrow('nothing lies at');
});

test('every trigger is one that KEDA’s own schema knows', () => {
  for (const manifest of [...rendered.values()].flat())
    if (['ScaledObject', 'ScaledJob'].includes(manifest.kind))
      expect(triggerErrors(manifest), manifest.metadata?.name).toEqual([]);
  const scaler = named('ScaledObject', 'validator');
  for (const [from, to, says] of [
    ['"lagThreshold"', '"lagTreshold"', 'knows no lagTreshold'],
    ['"earliest"', '"erliest"', 'offsetResetPolicy cannot be erliest'],
    ['"bootstrapServers"', '"brokers"', 'needs bootstrapServers'],
    ['"lagThreshold":"500"', '"lagThreshold":500', 'lagThreshold must be a string'],
    ['"type":"kafka"', '"type":"kafca"', 'no scaler that is known here'],
    ['"activationLagThreshold":"1",', '', 'activationLagThreshold must be said'],
  ] as const) {
    const planted: Manifest = JSON.parse(text(scaler).replace(from, to));
    expect(triggerErrors(planted).join('\n')).toContain(says);
  }
});

test('stages scale on the topic that they consume, by their own group, within its partitions', () => {
  for (const [stage, topic] of [
    ['validator', topics.sessionClosed],
    ['augmentor', topics.sessionValidated],
  ] as const) {
    const object = text(named('ScaledObject', stage));
    expect(object).toContain(`"topic":"${topic.name}"`);
    expect(object).toContain(`"consumerGroup":"${groupOfStage(stage)}"`);
    expect(object).toContain(`"maxReplicaCount":${topic.partitions}`);
    expect(object).toContain('"offsetResetPolicy":"earliest"');
    named('PodDisruptionBudget', stage);
  }
});

test('a Deployment that is scaled says no replicas: an upgrade would be refused', () => {
  for (const manifests of rendered.values()) {
    const scaled = manifests.flatMap(({ kind, spec }) =>
      ['ScaledObject', 'HorizontalPodAutoscaler'].includes(kind)
        ? [(spec as { scaleTargetRef: { name: string } }).scaleTargetRef.name]
        : [],
    );
    expect(scaled.sort()).toEqual(['augmentor', 'ingestor', 'validator']);
    for (const name of scaled)
      expect(named('Deployment', name, manifests)['spec']).not.toHaveProperty('replicas');
  }
});

test('every pod runs without privileges, is probed where it stays, and reads variables that there are', () => {
  const known = new Set([
    ...Object.keys(environmentSchema.shape),
    ...Object.keys(environmentSchema.shape).map((name) => `${name}_FILE`),
    ...['MILLRACE_TENSORFLOW', 'MILLRACE_TENSORFLOW_GPU', 'MILLRACE_REQUIRE_GPU'],
    ...['MILLRACE_API_KEYS_FILE', 'NODE_OPTIONS'],
  ]);
  const pods = [...rendered.values()].flat().filter(isPod);
  expect(pods.length).toBe(2 * 8);
  for (const pod of pods) {
    const stays = !endsByItself(pod);
    for (const part of [
      '"runAsNonRoot":true',
      '"readOnlyRootFilesystem":true',
      '"allowPrivilegeEscalation":false',
      '"seccompProfile":{"type":"RuntimeDefault"}',
      '"drop":["ALL"]',
      '"app.kubernetes.io/part-of":"millrace"',
      ...(stays
        ? ['"path":"/live"', '"path":"/ready"', '"name":"metrics","containerPort":9464']
        : []),
    ])
      expect(text(pod), `${pod.metadata?.name} lacks ${part}`).toContain(part);
    const variables = text(pod).matchAll(/\{"name":"([A-Z][A-Z_]+)","value":/g);
    for (const [, name = ''] of variables) expect(known, pod.metadata?.name).toContain(name);
  }
  const config = named('ConfigMap', 'millrace-environment', prod) as { data?: object };
  for (const name of Object.keys(config.data ?? {})) expect(known).toContain(name);
  const { data } = named('ConfigMap', 'millrace-settings') as { data?: Record<string, string> };
  expect(settingsSchema.safeParse(parse(data?.['millrace.yaml'] ?? '')).error).toBeUndefined();
});

test('a runner is started for queued and for orphaned jobs; with the component on GPU nodes, else on any', () => {
  const runner = text(named('ScaledJob', 'trainer-runner'));
  expect(runner).toContain('lease_until < clock_timestamp()');
  expect(runner).toContain("state = 'queued'");
  expect(runner).toContain('"args":["runner","--once"]');
  expect(runner).not.toContain('gpu');
  const onGpu = text(named('ScaledJob', 'trainer-runner', prod));
  for (const part of [
    '"nvidia.com/gpu":"1"',
    '"key":"nvidia.com/gpu","operator":"Exists"',
    '"nvidia.com/gpu.present":"true"',
    '"MILLRACE_REQUIRE_GPU","value":"1"',
  ])
    expect(onGpu).toContain(part);
  expect(text(named('Deployment', 'trainer-scheduler', prod))).not.toContain('gpu');
});

test('the schema is brought up by a Job, the fleet is watched and maintained, by programs that are in the image', () => {
  for (const [kind, name] of [
    ['Job', 'migrate'],
    ['Deployment', 'exporter'],
    ['CronJob', 'maintain'],
  ] as const) {
    const { spec } = JSON.parse(text(named(kind, name)));
    const [container] = (spec.jobTemplate?.spec ?? spec).template.spec.containers;
    const [program, file] = container.command;
    expect(program).toBe('node');
    expect(existsSync(`${root}../../${file}`)).toBe(true);
  }
});

test('every program is given more time to stop than it takes at most', () => {
  const graces = [...rendered.values()].flat().flatMap((m) => {
    const seconds = /"terminationGracePeriodSeconds":(\d+)/.exec(text(m))?.[1];
    return isPod(m) && !endsByItself(m) ? [[m.metadata?.name, Number(seconds)] as const] : [];
  });
  expect(graces).toHaveLength(2 * 6);
  for (const [name, seconds] of graces) {
    const { runner, service } = stopDeadlines;
    expect(seconds, name).toBeGreaterThan(name === 'trainer-runner' ? runner : service);
  }
});

test('the ingestor has API keys: without them its port would answer nobody', () => {
  const ingestor = text(named('Deployment', 'ingestor'));
  expect(ingestor).toContain('"name":"MILLRACE_API_KEYS_FILE"');
  expect(ingestor).toContain('"secretName":"millrace-api-keys"');
});

test('nobody may write what applications publish, and a stage reads its own topics only', () => {
  const users = prod.filter(({ kind }) => kind === 'KafkaUser');
  expect(users).toHaveLength(8);
  const may = (name: string, operation: string): string[] => {
    const { acls } = JSON.parse(text(named('KafkaUser', name, prod))).spec.authorization;
    return acls
      .filter((acl: { operations: string[] }) => acl.operations.includes(operation))
      .map((acl: { resource: { name: string } }) => acl.resource.name);
  };
  for (const { metadata } of users)
    expect(may(metadata?.name ?? '', 'Write')).not.toContain(topics.sessionEvents.name);
  expect(may('millrace-validator', 'Read')).toEqual([
    topics.sessionClosed.name,
    groupOfStage('validator'),
  ]);
  expect(may('millrace-exporter', 'Read')).toEqual([]);
  expect(may('millrace-keda', 'Write')).toEqual([]);
});
