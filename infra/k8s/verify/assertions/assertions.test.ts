import { expect, it } from 'vitest';
import { applyOperation, type PatchOperation } from '../../src/json-patch.ts';
import { snapshotOf } from '../snapshot.ts';
import { aFleet, aNode, aPod, aPodSpec, aRunnerSpec, aWaitingPod } from '../testing/a-fleet.ts';
import { assertionsFor } from './all-assertions.ts';

const all = assertionsFor({ fast: false });
const problemsOf = (items: readonly unknown[]) => {
  const snapshot = snapshotOf(items);
  return all.flatMap(({ problems }) => problems(snapshot));
};

it('nothing is wrong with a fleet at rest, and every assertion is about something', () => {
  expect(problemsOf(aFleet())).toEqual([]);
  const snapshot = snapshotOf(aFleet());
  for (const { about } of all) expect(about(snapshot)).not.toMatch(/^0 /);
});

const replace = (path: string, value: unknown): PatchOperation => ({ op: 'replace', path, value });
const container = '/spec/template/spec/containers/0';
const ready = '/status/conditions/0';
const labels = '/matchLabels';

it.each([
  [
    'Deployment',
    replace('/status/availableReplicas', 0),
    'Deployment/validator: 1 of 1 pods new, 0 available',
  ],
  [
    'Deployment',
    replace('/status/observedGeneration', 0),
    'Deployment/validator: 1 of 1 pods new, 1 available',
  ],
  [
    'Deployment',
    replace(`${container}/envFrom/0/secretRef/name`, 'x'),
    'Deployment/validator names Secret/x, which is not there',
  ],
  [
    'Deployment',
    replace(`${container}/readinessProbe/httpGet/port`, 'x'),
    'Deployment/validator is probed on port x, which it has not',
  ],
  ['CronJob', replace('/spec/suspend', true), 'CronJob/maintain: is suspended'],
  [
    'CronJob',
    replace('/spec/concurrencyPolicy', 'Allow'),
    'CronJob/maintain: may run twice at once: concurrencyPolicy is Allow',
  ],
  ['CronJob', replace('/spec/successfulJobsHistoryLimit', 100), 'CronJob/maintain: keeps 103 Jobs'],
  [
    'ConfigMap',
    replace('/data/millrace.yaml', 'augmentation: { contextual: { masked_lm: a } }'),
    'Deployment/augmentor: its models need 2.8 GiB, its limit is 2Gi',
  ],
  ['Job', replace('/status/succeeded', 0), 'Job/migrate: 0 pods failed, none done'],
  [
    'Pod',
    replace('/spec/nodeName', 'gpu-0'),
    'Pod/validator-1 without a card is on a GPU node: gpu-0',
  ],
  [
    'PersistentVolumeClaim',
    replace('/status/phase', 'Pending'),
    'PersistentVolumeClaim/data is Pending, not bound',
  ],
  [
    'EndpointSlice',
    replace('/endpoints/0/conditions/ready', false),
    'Service/ingestor leads to no ready pod',
  ],
  ['EndpointSlice', replace('/ports', []), 'Service/ingestor leads to no port'],
  [
    'PodDisruptionBudget',
    replace('/status/disruptionsAllowed', 0),
    'PodDisruptionBudget/validator allows no disruption',
  ],
  [
    'PodDisruptionBudget',
    replace('/status/currentHealthy', 0),
    'PodDisruptionBudget/validator watches no pod',
  ],
  [
    'PodMonitor',
    replace('/spec/podMetricsEndpoints/0/port', 'x'),
    'PodMonitor/millrace names port x, which none of its pods has',
  ],
  [
    'NetworkPolicy',
    replace(`/spec/podSelector${labels}`, { app: 'x' }),
    'NetworkPolicy/millrace meets no pod',
  ],
  ['ScaledObject', replace(`${ready}/status`, 'False'), 'ScaledObject/validator: Ready is False: '],
  [
    'ScaledObject',
    replace('/metadata/name', 'x'),
    'ScaledObject/x: KEDA has made no autoscaler for it',
  ],
  [
    'ScaledObject',
    replace('/spec/triggers/0/metadata/lagThreshold', 1),
    'ScaledObject/validator: kafka: lagThreshold must be a string',
  ],
  [
    'HorizontalPodAutoscaler',
    replace(`/status/conditions/1/status`, 'False'),
    'HorizontalPodAutoscaler/keda-hpa-validator: ScalingActive is False: ',
  ],
  [
    'KafkaTopic',
    replace('/spec/partitions', 6),
    'KafkaTopic/millrace.session.events: partitions is 6, not 12',
  ],
] as const)('of a %s is said what is wrong with it (%j)', (kind, change, problem) => {
  const items = aFleet();
  const item = items.find((one) => one['kind'] === kind);
  if (item === undefined) throw new Error(`no ${kind}`);
  applyOperation(item, change);
  expect(problemsOf(items)).toEqual([problem]);
});

it('a CronJob whose pods no network policy meets is named', () => {
  const items = aFleet().filter(
    ({ kind, metadata }) => kind !== 'NetworkPolicy' || JSON.stringify(metadata).includes('"all"'),
  );
  const policy = items.find(({ kind }) => kind === 'NetworkPolicy') ?? {};
  applyOperation(policy, replace('/spec/podSelector', { matchLabels: { app: 'x' } }));
  expect(problemsOf(items)).toContain('CronJob/maintain: no network policy meets its pods');
});

it('a topic that is missing, and one that the code does not know, are named', () => {
  const items = aFleet();
  const topic = items.find(({ kind }) => kind === 'KafkaTopic') ?? {};
  applyOperation(topic, replace('/metadata/name', 'millrace.x'));
  expect(problemsOf(items)).toEqual([
    'KafkaTopic/millrace.session.events is missing',
    'KafkaTopic/millrace.x is in no registry',
  ]);
});

const noCard = '0/2 nodes are available: 1 Insufficient nvidia.com/gpu.';

it('a pod may wait for a card when all are held, and for nothing else', () => {
  const runner = aPod('runner-1', aRunnerSpec({ nodeName: 'gpu-0' }));
  const waits = aWaitingPod('runner-2', aRunnerSpec(), noCard);
  expect(problemsOf([...aFleet(), runner, waits])).toEqual([]);
  expect(problemsOf([...aFleet(), waits])).toEqual([`Pod/runner-2 waits: ${noCard}`]);
  const tainted = aWaitingPod('runner-2', aRunnerSpec(), '2 node(s) had untolerated taint(s)');
  expect(problemsOf([...aFleet(), runner, tainted])).toEqual([
    'Pod/runner-2 waits: 2 node(s) had untolerated taint(s)',
  ]);
  const plain = aWaitingPod('validator-2', aPodSpec(), 'Insufficient cpu');
  expect(problemsOf([...aFleet(), runner, plain])).toEqual([
    'Pod/validator-2 waits: Insufficient cpu',
  ]);
});

it('a pod with a card on a node without one is named', () => {
  const lost = aPod('runner-1', aRunnerSpec({ nodeName: 'cpu-1' }));
  expect(problemsOf([...aFleet(), aNode('cpu-1'), lost])).toEqual([
    'Pod/runner-1 with a card is on a node without: cpu-1',
  ]);
});

it('a fast run asks nothing of KEDA', () => {
  const items = aFleet().filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
  const snapshot = snapshotOf(items);
  expect(assertionsFor({ fast: true }).flatMap(({ problems }) => problems(snapshot))).toEqual([]);
  expect(problemsOf(items)).toHaveLength(1);
});
