import { type Topic, topics } from '@millrace/shared/contracts/topics';
import { registryFigures } from '../assertions/topics.ts';

type Plain = Record<string, unknown>;
const labels = { app: 'validator' };
const meta = (name: string, more: object = {}) => ({ name, generation: 1, labels, ...more });
const yes = (...types: string[]) => types.map((type) => ({ type, status: 'True' }));

/** A container with a metrics port, a probe on it, and what else is said. */
export const aPodSpec = (more: object = {}) => ({
  serviceAccountName: 'millrace',
  containers: [
    {
      name: 'main',
      ports: [{ name: 'metrics', containerPort: 9464 }],
      readinessProbe: { httpGet: { port: 'metrics' } },
      envFrom: [{ secretRef: { name: 'millrace' } }],
      resources: { limits: { memory: '1Gi' } },
    },
  ],
  ...more,
});
const ofMemory = (memory: string) => {
  const { containers, ...rest } = aPodSpec();
  const resources = { limits: { memory } };
  return { ...rest, containers: containers.map((container) => ({ ...container, resources })) };
};
/** The same with a card. */
export const aRunnerSpec = (more: object = {}) => {
  const { containers, ...rest } = aPodSpec(more);
  const resources = { limits: { 'nvidia.com/gpu': 1 } };
  return { ...rest, containers: containers.map((container) => ({ ...container, resources })) };
};

export const aNode = (name: string, cards = 0) => ({
  kind: 'Node',
  metadata: { name },
  status: { allocatable: { cpu: '4', ...(cards > 0 && { 'nvidia.com/gpu': `${cards}` }) } },
});
export const aPod = (name: string, spec: object, more: object = {}) => ({
  kind: 'Pod',
  metadata: meta(name),
  spec,
  status: { phase: 'Running', ...more },
});
/** A pod that found no node, for a reason. */
export const aWaitingPod = (name: string, spec: object, message: string) =>
  aPod(name, spec, {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', message }],
  });

/** The objects of a small fleet at rest, with nothing wrong. */
export const aFleet = (): Plain[] => fleet().map((item) => structuredClone(item));

function fleet(): Plain[] {
  const template = { metadata: { labels }, spec: aPodSpec() };
  const done = { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const kafka = { lagThreshold: '500', activationLagThreshold: '1', offsetResetPolicy: 'earliest' };
  const from = { bootstrapServers: 'b:9092', consumerGroup: 'g', topic: 't' };
  const scaler = {
    ...{ scaleTargetRef: { name: 'validator' }, minReplicaCount: 1, maxReplicaCount: 12 },
    triggers: [{ type: 'kafka', metadata: { ...from, ...kafka } }],
  };
  const selector = { matchLabels: labels };
  const owner = { ownerReferences: [{ kind: 'Service', name: 'ingestor' }] };
  return [
    aNode('cpu-0'),
    aNode('gpu-0', 1),
    aPod('validator-1', aPodSpec({ nodeName: 'cpu-0' })),
    {
      kind: 'Deployment',
      metadata: meta('validator'),
      spec: { replicas: 1, template },
      status: done,
    },
    { kind: 'Job', metadata: meta('migrate'), spec: { template }, status: { succeeded: 1 } },
    {
      kind: 'CronJob',
      metadata: meta('maintain'),
      spec: {
        ...{
          suspend: false,
          concurrencyPolicy: 'Forbid',
          successfulJobsHistoryLimit: 3,
          failedJobsHistoryLimit: 3,
        },
        jobTemplate: { spec: { template } },
      },
    },
    {
      kind: 'Deployment',
      metadata: meta('augmentor'),
      spec: { replicas: 1, template: { ...template, spec: ofMemory('2Gi') } },
      status: done,
    },
    {
      kind: 'ConfigMap',
      metadata: meta('millrace-settings'),
      data: { 'millrace.yaml': '{}' },
    },
    { kind: 'Secret', metadata: meta('millrace') },
    { kind: 'ServiceAccount', metadata: meta('millrace') },
    { kind: 'PersistentVolumeClaim', metadata: meta('data'), status: { phase: 'Bound' } },
    { kind: 'Service', metadata: meta('ingestor'), spec: { selector: labels } },
    {
      kind: 'EndpointSlice',
      metadata: meta('ingestor-x', owner),
      endpoints: [{ conditions: { ready: true } }],
      ports: [{ port: 8080 }],
    },
    {
      kind: 'PodDisruptionBudget',
      metadata: meta('validator'),
      spec: { selector },
      status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 1 },
    },
    {
      kind: 'PodMonitor',
      metadata: meta('millrace'),
      spec: { selector, podMetricsEndpoints: [{ port: 'metrics' }] },
    },
    { kind: 'NetworkPolicy', metadata: meta('millrace'), spec: { podSelector: selector } },
    { kind: 'NetworkPolicy', metadata: meta('all'), spec: { podSelector: {} } },
    {
      kind: 'ScaledObject',
      metadata: meta('validator'),
      spec: scaler,
      status: { conditions: yes('Ready') },
    },
    {
      kind: 'HorizontalPodAutoscaler',
      metadata: meta('keda-hpa-validator'),
      status: { conditions: yes('AbleToScale', 'ScalingActive') },
    },
    ...Object.values<Topic>(topics).map((topic) => {
      const { partitions, ...config } = registryFigures(topic);
      return { kind: 'KafkaTopic', metadata: meta(topic.name), spec: { partitions, config } };
    }),
  ];
}
