import { readFileSync } from 'node:fs';
import {
  consumedBy,
  groupOfStage,
  type StageName,
  type Topic,
  topics,
} from '@millrace/shared/contracts/topics';
import { parse, stringify } from 'yaml';

/** Manifests that follow from the code, by their path below infra/k8s. Written by generate.ts; a test compares. */
export function generatedManifests(): ReadonlyMap<string, string> {
  return new Map([
    [
      'base/topics.yaml',
      file('The topics of the registry', Object.values<Topic>(topics).map(topicManifest)),
    ],
    ['base/alerts.yaml', file('infra/observability/prometheus/rules.yml', [rulesManifest()])],
    [
      'components/strimzi-user-acls/users.yaml',
      file('One user a program, with what its stage reads and writes', [
        ...programs.map(userManifest),
        kedaUser(),
      ]),
    ],
    [
      'components/strimzi-user-acls/kustomization.yaml',
      file('Every program speaks TLS and says who it is; so does KEDA', [aclComponent()]),
    ],
  ]);
}

const file = (what: string, manifests: readonly object[]): string =>
  `# ${what}. Generated: node infra/k8s/src/generate.ts\n${manifests
    .map((manifest) => stringify(manifest, { lineWidth: 0 }))
    .join('---\n')}`;

/** Three copies, as `millrace up` and the migrate Job make them on three brokers. */
const topicManifest = ({ name, partitions, retentionMs, maxBytes }: Topic) => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaTopic',
  metadata: { name, labels: { 'strimzi.io/cluster': 'millrace' } },
  spec: {
    partitions,
    replicas: 3,
    config: {
      'cleanup.policy': 'delete',
      'compression.type': 'producer',
      'retention.ms': retentionMs,
      'max.message.bytes': maxBytes,
      'min.insync.replicas': 2,
    },
  },
});

function rulesManifest() {
  const rules = new URL('../../observability/prometheus/rules.yml', import.meta.url);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'millrace' },
    spec: parse(readFileSync(rules, 'utf8')),
  };
}

interface Program {
  readonly name: string;
  readonly kind: 'Deployment' | 'Job' | 'ScaledJob';
  /** Null: it consumes nothing. */
  readonly stage: StageName | null;
}

const programs: readonly Program[] = [
  { name: 'ingestor', kind: 'Deployment', stage: 'ingestor' },
  { name: 'validator', kind: 'Deployment', stage: 'validator' },
  { name: 'augmentor', kind: 'Deployment', stage: 'augmentor' },
  { name: 'trainer-scheduler', kind: 'Deployment', stage: 'trainer' },
  { name: 'trainer-runner', kind: 'ScaledJob', stage: null },
  { name: 'exporter', kind: 'Deployment', stage: null },
  { name: 'migrate', kind: 'Job', stage: null },
];
const labels = { 'strimzi.io/cluster': 'millrace' };
const topicAcl = (name: string, ...operations: string[]) => ({
  resource: { type: 'topic', name, patternType: 'literal' },
  operations,
});
const groupAcl = (stage: StageName, ...operations: string[]) => ({
  resource: { type: 'group', name: groupOfStage(stage), patternType: 'literal' },
  operations,
});

/** Every program's sweeper publishes what another left in the outbox: it may write each topic but the applications' own. */
function aclsOf({ name, stage }: Program) {
  const all = Object.values<Topic>(topics);
  if (name === 'migrate')
    return all.map((topic) =>
      topicAcl(topic.name, 'Create', 'Describe', 'DescribeConfigs', 'Alter'),
    );
  const read = new Set(stage === null ? [] : consumedBy[stage].map((topic) => topic.name));
  return [
    ...all.map((topic) =>
      topicAcl(
        topic.name,
        'Describe',
        ...(read.has(topic.name) ? ['Read'] : []),
        ...(topic === topics.sessionEvents ? [] : ['Write']),
      ),
    ),
    ...(stage === null ? [] : [groupAcl(stage, 'Read', 'Describe')]),
    ...(name === 'exporter' ? stages.map((one) => groupAcl(one, 'Describe')) : []),
  ];
}

const stages = ['ingestor', 'validator', 'augmentor', 'trainer'] as const;

const user = (name: string, acls: readonly object[]) => ({
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaUser',
  metadata: { name, labels },
  spec: {
    authentication: { type: 'scram-sha-512' },
    authorization: { type: 'simple', acls },
  },
});
const userManifest = (program: Program) => user(`millrace-${program.name}`, aclsOf(program));
const kedaUser = () =>
  user('millrace-keda', [
    ...(['validator', 'augmentor'] as const).flatMap((stage) => [
      ...consumedBy[stage].map((topic) => topicAcl(topic.name, 'Describe')),
      groupAcl(stage, 'Describe'),
    ]),
  ]);

const caFile = '/etc/kafka-ca/ca.crt';

function aclComponent() {
  const brokers = 'millrace-kafka-bootstrap:9093';
  return {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    resources: ['users.yaml', 'keda.yaml'],
    patches: [
      patch({ kind: 'ConfigMap', name: 'millrace-environment' }, [
        ['replace', '/data/KAFKA_BROKERS', brokers],
        ['add', '/data/KAFKA_SSL', 'true'],
        ['add', '/data/KAFKA_CA_FILE', caFile],
        ['add', '/data/KAFKA_SASL_MECHANISM', 'scram-sha-512'],
        ['add', '/data/KAFKA_SASL_PASSWORD_FILE', '/etc/kafka-user/password'],
      ]),
      ...programs.map(({ name, kind }) => {
        const pod =
          kind === 'ScaledJob' ? '/spec/jobTargetRef/template/spec' : '/spec/template/spec';
        const username = { name: 'KAFKA_SASL_USERNAME', value: `millrace-${name}` };
        return patch({ kind, name }, [
          ['add', `${pod}/containers/0/env/-`, username],
          ['add', `${pod}/containers/0/volumeMounts/-`, mount('kafka-ca', '/etc/kafka-ca')],
          ['add', `${pod}/containers/0/volumeMounts/-`, mount('kafka-user', '/etc/kafka-user')],
          ['add', `${pod}/volumes/-`, secret('kafka-ca', 'millrace-cluster-ca-cert')],
          ['add', `${pod}/volumes/-`, secret('kafka-user', `millrace-${name}`)],
        ]);
      }),
      patch({ kind: 'ScaledObject' }, [
        ['replace', '/spec/triggers/0/metadata/bootstrapServers', brokers],
        ['add', '/spec/triggers/0/metadata/tls', 'enable'],
        ['add', '/spec/triggers/0/metadata/sasl', 'scram_sha512'],
        ['add', '/spec/triggers/0/authenticationRef', { name: 'millrace-kafka' }],
      ]),
    ],
  };
}

type Operation = readonly [op: 'add' | 'replace', path: string, value: unknown];
const patch = (target: object, operations: readonly Operation[]) => ({
  target,
  patch: stringify(operations.map(([op, path, value]) => ({ op, path, value }))),
});
const mount = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });
const secret = (name: string, secretName: string) => ({ name, secret: { secretName } });
