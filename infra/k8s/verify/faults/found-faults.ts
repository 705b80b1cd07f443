import { add, type Fault, remove, replace } from './fault.ts';

const container = '/spec/template/spec/containers/0';
const pod = '/spec/containers/0';
const trigger = '/spec/triggers/0/metadata';

/** Mistakes that the API server takes: an assertion must see what comes of them in the living cluster. */
export const foundFaults: readonly Fault[] = [
  {
    name: 'a Deployment whose pods the namespace forbids',
    target: 'Deployment/validator',
    changes: [remove(`${container}/securityContext`)],
    foundAs: /^Deployment\/validator: .*violates PodSecurity "restricted/,
  },
  {
    name: 'a request that no node can meet',
    target: 'Deployment/augmentor',
    changes: [replace(`${container}/resources/requests/cpu`, '64')],
    foundAs: /^Pod\/augmentor-\S+ waits: .*Insufficient cpu/,
  },
  {
    name: 'a misspelt claim',
    target: 'Deployment/augmentor',
    changes: [replace('/spec/template/spec/volumes/2/persistentVolumeClaim/claimName', 'models')],
    foundAs: /^Pod\/augmentor-\S+ waits: .*persistentvolumeclaim "models" not found/,
  },
  {
    name: 'a misspelt Secret',
    target: 'Deployment/exporter',
    changes: [replace(`${container}/envFrom/1/secretRef/name`, 'milrace')],
    foundAs: /^Deployment\/exporter names Secret\/milrace, which is not there/,
  },
  {
    name: 'a CronJob whose Jobs may run at once',
    target: 'CronJob/maintain',
    changes: [replace('/spec/concurrencyPolicy', 'Allow')],
    foundAs: /^CronJob\/maintain: may run twice at once/,
  },
  {
    name: 'a CronJob that is switched off',
    target: 'CronJob/maintain',
    changes: [add('/spec/suspend', true)],
    foundAs: /^CronJob\/maintain: is suspended/,
  },
  {
    name: 'a CronJob whose pods no network policy meets',
    target: 'CronJob/maintain',
    changes: [replace('/spec/jobTemplate/spec/template/metadata/labels', { app: 'maintain' })],
    foundAs: /^CronJob\/maintain: no network policy meets its pods/,
  },
  {
    name: 'a CronJob with a misspelt claim',
    target: 'CronJob/maintain',
    changes: [
      replace(
        '/spec/jobTemplate/spec/template/spec/volumes/2/persistentVolumeClaim/claimName',
        'milrace-data',
      ),
    ],
    foundAs: /^CronJob\/maintain names PersistentVolumeClaim\/milrace-data, which is not there/,
  },
  {
    name: 'settings that name more models than the augmentor has memory for',
    target: 'ConfigMap/millrace-settings',
    changes: [
      replace(
        '/data/millrace.yaml',
        'augmentation: { contextual: { masked_lm: my/masked-bert }, back_translation: { models: { there: a/there, back: a/back } } }',
      ),
    ],
    foundAs: /^Deployment\/augmentor: its models need 4.6 GiB, its limit is 2Gi/,
  },
  {
    name: 'a probe on a port that the container has not',
    target: 'Deployment/ingestor',
    changes: [replace(`${container}/readinessProbe/httpGet/port`, 'metrix')],
    foundAs: /^Deployment\/ingestor is probed on port metrix/,
  },
  {
    name: 'a Service to a port that its pods have not',
    target: 'Service/ingestor',
    changes: [replace('/spec/ports/0/targetPort', 'apii')],
    foundAs: /^Service\/ingestor leads to no port/,
  },
  {
    name: 'a Service that meets no pod',
    target: 'Service/ingestor',
    changes: [replace('/spec/selector', { app: 'ingestor' })],
    foundAs: /^Service\/ingestor leads to no/,
  },
  {
    name: 'a disruption budget that lets no pod go',
    target: 'PodDisruptionBudget/validator',
    changes: [replace('/spec/maxUnavailable', 0)],
    foundAs: /^PodDisruptionBudget\/validator allows no disruption/,
  },
  {
    name: 'a disruption budget that watches no pod',
    target: 'PodDisruptionBudget/ingestor',
    changes: [replace('/spec/selector/matchLabels', { app: 'ingestor' })],
    foundAs: /^PodDisruptionBudget\/ingestor watches no pod/,
  },
  {
    name: 'a pod monitor on a port that no pod has',
    target: 'PodMonitor/millrace',
    changes: [replace('/spec/podMetricsEndpoints/0/port', 'metrix')],
    foundAs: /^PodMonitor\/millrace names port metrix/,
  },
  {
    name: 'a network policy that meets no pod',
    target: 'NetworkPolicy/ingestor-api',
    changes: [replace('/spec/podSelector/matchLabels', { app: 'ingestor' })],
    foundAs: /^NetworkPolicy\/ingestor-api meets no pod/,
  },
  {
    name: 'a topic with fewer partitions than the code says',
    target: 'KafkaTopic/millrace.session.closed',
    changes: [replace('/spec/partitions', 6)],
    foundAs: /^KafkaTopic\/millrace.session.closed: partitions is 6, not 12/,
  },
  {
    name: 'a topic that takes smaller records than the code says',
    target: 'KafkaTopic/millrace.session.events',
    changes: [replace('/spec/config/max.message.bytes', 1_048_576)],
    foundAs: /^KafkaTopic\/millrace.session.events: max.message.bytes is 1048576/,
  },
  {
    name: 'a misspelt trigger key',
    target: 'ScaledObject/augmentor',
    changes: [add(`${trigger}/lagTreshold`, '5')],
    foundAs: /^ScaledObject\/augmentor: kafka knows no lagTreshold/,
  },
  {
    name: 'a runner that does not tolerate the taint of GPU nodes',
    target: 'ScaledJob/trainer-runner',
    asPod: true,
    changes: [remove('/spec/tolerations')],
    foundAs: /^Pod\/trainer-runner-planted waits: .*untolerated taint/,
  },
  {
    name: 'a runner that asks for a node that is labelled otherwise',
    target: 'ScaledJob/trainer-runner',
    asPod: true,
    changes: [replace('/spec/nodeSelector', { 'nvidia.com/gpu': 'true' })],
    foundAs: /^Pod\/trainer-runner-planted waits: .*didn't match Pod's node affinity\/selector/,
  },
  {
    name: 'a runner on a GPU node that asks for no card',
    target: 'ScaledJob/trainer-runner',
    asPod: true,
    changes: [remove(`${pod}/resources/limits/nvidia.com~1gpu`)],
    foundAs: /^Pod\/trainer-runner-planted without a card is on a GPU node/,
  },
  {
    name: 'a lag scaler without a broker',
    target: 'ScaledObject/augmentor',
    changes: [remove(`${trigger}/bootstrapServers`)],
    foundAs: /^ScaledObject\/augmentor: Ready is False/,
    needsKeda: true,
  },
  {
    name: 'a lag scaler of a Deployment that is not there',
    target: 'ScaledObject/augmentor',
    changes: [replace('/spec/scaleTargetRef/name', 'augmenter')],
    foundAs: /^ScaledObject\/augmentor: Ready is False/,
    needsKeda: true,
  },
  {
    name: 'a scaler of the jobs whose query the schema does not know',
    target: 'ScaledJob/trainer-runner',
    changes: [
      replace(`${trigger}/query`, "select count(*) from training_jobs where status = 'queued'"),
    ],
    foundAs: /^ScaledJob\/trainer-runner: Ready is False/,
    needsKeda: true,
  },
  {
    name: 'a scaler of the jobs without its credentials',
    target: 'ScaledJob/trainer-runner',
    changes: [replace('/spec/triggers/0/authenticationRef/name', 'millrace-databse')],
    foundAs: /^ScaledJob\/trainer-runner: Ready is False/,
    needsKeda: true,
  },
];
