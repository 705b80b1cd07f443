import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { groupOfStage, topics } from '@millrace/shared/contracts/topics';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Manifest, readManifests, typeErrors } from './typed-manifests.ts';

const base = fileURLToPath(new URL('../base/', import.meta.url));
const files = readdirSync(base).filter((f) => f !== 'kustomization.yaml');
const all = files.flatMap((f) => readManifests(base + f));
const named = (kind: string, name: string): Manifest => {
  const found = all.find((m) => m.kind === kind && m.metadata?.name === name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  return found;
};
const text = (m: Manifest) => JSON.stringify(m);

test('kustomization.yaml lists every file of the folder', () => {
  const { resources } = parse(readFileSync(`${base}kustomization.yaml`, 'utf8'));
  expect([...resources].sort()).toEqual([...files].sort());
});

test('every manifest fits the types of its API', { timeout: 30_000 }, () => {
  expect(typeErrors(all)).toEqual([]);
});

test('a misspelt key, a wrong type and a missing field are found', { timeout: 30_000 }, () => {
  const deployment = named('Deployment', 'validator');
  const misspelt = JSON.parse(text(deployment).replace('"containerPort"', '"containerPrt"'));
  const wrong = JSON.parse(text(deployment).replace('"replicas":1', '"replicas":"one"'));
  const missing = JSON.parse(text(named('ScaledObject', 'validator')).replace('"triggers"', '"x"'));
  expect(typeErrors([misspelt, wrong, missing]).length).toBeGreaterThanOrEqual(3);
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
  }
});

test('every pod runs without privileges and is probed', () => {
  const pods = all.filter((m) => m.kind === 'Deployment' || m.kind === 'ScaledJob');
  expect(pods.length).toBeGreaterThanOrEqual(5);
  for (const pod of pods) {
    for (const part of [
      '"runAsNonRoot":true',
      '"readOnlyRootFilesystem":true',
      '"allowPrivilegeEscalation":false',
      '"path":"/live"',
      '"path":"/ready"',
      '"name":"metrics","containerPort":9464',
    ]) {
      expect(text(pod), `${pod.metadata?.name} lacks ${part}`).toContain(part);
    }
  }
});

test('the runner asks for a GPU and is started for queued and for orphaned jobs', () => {
  const runner = text(named('ScaledJob', 'trainer-runner'));
  expect(runner).toContain('"nvidia.com/gpu":1');
  expect(runner).toContain('lease_until < clock_timestamp()');
  expect(runner).toContain("state = 'queued'");
  expect(text(named('Deployment', 'trainer-scheduler'))).not.toContain('nvidia.com/gpu');
});

test('the schema is brought up by a Job whose program is in the image', () => {
  const [container] = JSON.parse(text(named('Job', 'migrate'))).spec.template.spec.containers;
  const [program, file] = container.command;
  expect(program).toBe('node');
  expect(existsSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)))).toBe(true);
});

test('the ingestor has API keys: without them its port would answer nobody', () => {
  const ingestor = text(named('Deployment', 'ingestor'));
  expect(ingestor).toContain('"name":"MILLRACE_API_KEYS_FILE"');
  expect(ingestor).toContain('"secretName":"millrace-api-keys"');
});
