import { add, type Fault, remove, replace } from './fault.ts';

const container = '/spec/template/spec/containers/0';

/** Mistakes in Kubernetes' own kinds that a real API server does not take. */
export const refusedWorkloads: readonly Fault[] = [
  {
    name: 'a probe with a misspelt key',
    target: 'Deployment/ingestor',
    changes: [add(`${container}/readinesProbe`, {})],
    refusedFor: /readinesProbe: field not declared in schema/,
  },
  {
    name: 'replicas in words',
    target: 'Deployment/exporter',
    changes: [add('/spec/replicas', 'one')],
    refusedFor: /spec.replicas: expected numeric/,
  },
  {
    name: 'a selector that does not meet the labels',
    target: 'Deployment/validator',
    changes: [replace('/spec/selector/matchLabels', { app: 'validatr' })],
    refusedFor: /selector.*does not match template/,
  },
  {
    name: 'a memory limit that is no quantity',
    target: 'Deployment/augmentor',
    changes: [replace(`${container}/resources/limits/memory`, '2 GB')],
    refusedFor: /quantities must match/,
  },
  {
    name: 'a memory request above its limit',
    target: 'Deployment/augmentor',
    changes: [replace(`${container}/resources/requests/memory`, '3Gi')],
    refusedFor: /must be less than or equal to memory limit/,
  },
  {
    name: 'a volume that is mounted and not there',
    target: 'Deployment/validator',
    changes: [remove('/spec/template/spec/volumes/1')],
    refusedFor: /volumeMounts\[\d\].name: Not found/,
  },
  {
    name: 'a pod without a security context, in a namespace that enforces "restricted"',
    target: 'Deployment/ingestor',
    asPod: true,
    changes: [remove('/spec/containers/0/securityContext')],
    refusedFor: /violates PodSecurity "restricted/,
  },
  {
    name: 'a runner as root',
    target: 'ScaledJob/trainer-runner',
    asPod: true,
    changes: [replace('/spec/securityContext/runAsUser', 0)],
    refusedFor: /violates PodSecurity "restricted.*runAsUser=0/,
  },
  {
    name: 'a pod of an account that is not there',
    target: 'Job/migrate',
    asPod: true,
    changes: [replace('/spec/serviceAccountName', 'milrace')],
    refusedFor: /serviceaccount "milrace" not found/,
  },
  {
    name: 'a runner that asks for more cards than its limit',
    target: 'ScaledJob/trainer-runner',
    asPod: true,
    changes: [add('/spec/containers/0/resources/requests/nvidia.com~1gpu', 2)],
    refusedFor: /must be equal to nvidia.com\/gpu limit/,
  },
  {
    name: 'a Job that restarts its pod always',
    target: 'Job/migrate',
    changes: [replace('/spec/template/spec/restartPolicy', 'Always')],
    refusedFor: /restartPolicy: Required value: valid values: "OnFailure", "Never"/,
  },
  {
    name: 'a CronJob whose hour is said in words',
    target: 'CronJob/maintain',
    changes: [replace('/spec/schedule', 'daily')],
    refusedFor: /spec.schedule: Invalid value/,
  },
  {
    name: 'a CronJob in a time zone that there is not',
    target: 'CronJob/maintain',
    changes: [replace('/spec/timeZone', 'Europe/Atlantis')],
    refusedFor: /spec.timeZone: Invalid value.*unknown time zone/,
  },
  {
    name: 'a pod of maintain as root',
    target: 'CronJob/maintain',
    asPod: true,
    changes: [replace('/spec/securityContext/runAsUser', 0)],
    refusedFor: /violates PodSecurity "restricted.*runAsUser=0/,
  },
  {
    name: 'a namespace that enforces a level that there is not',
    target: 'Namespace/millrace',
    changes: [replace('/metadata/labels/pod-security.kubernetes.io~1enforce', 'restrictd')],
    refusedFor: /must be one of privileged, baseline, restricted/,
  },
  {
    name: 'an autoscaler with fewer pods at most than at least',
    target: 'HorizontalPodAutoscaler/ingestor',
    changes: [replace('/spec/maxReplicas', 1)],
    refusedFor: /maxReplicas.*must be greater than or equal to/,
  },
  {
    name: 'an autoscaler with a misspelt key',
    target: 'HorizontalPodAutoscaler/ingestor',
    changes: [add('/spec/minReplica', 2)],
    refusedFor: /spec.minReplica: field not declared in schema/,
  },
  {
    name: 'a disruption budget with both bounds',
    target: 'PodDisruptionBudget/validator',
    changes: [add('/spec/minAvailable', 1)],
    refusedFor: /minAvailable and maxUnavailable cannot be both set/,
  },
  {
    name: 'a network policy with a misspelt key',
    target: 'NetworkPolicy/millrace',
    changes: [add('/spec/egres', [])],
    refusedFor: /spec.egres: field not declared in schema/,
  },
  {
    name: 'a claim without a size',
    target: 'PersistentVolumeClaim/millrace-data',
    changes: [remove('/spec/resources')],
    refusedFor: /spec.resources\[storage\]: Required value/,
  },
];
