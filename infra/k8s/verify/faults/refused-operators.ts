import { add, type Fault, remove, replace } from './fault.ts';

const runner = '/spec/jobTargetRef/template/spec/containers/0';
const trigger = '/spec/triggers/0/metadata';

/** Mistakes in the kinds of KEDA, Strimzi and the Prometheus operator that their schemas and webhooks do not take. */
export const refusedOperators: readonly Fault[] = [
  {
    name: 'a topic whose partitions are text',
    target: 'KafkaTopic/millrace.session.closed',
    changes: [replace('/spec/partitions', 'twelve')],
    refusedFor: /spec.partitions: expected numeric/,
  },
  {
    name: 'a topic with a misspelt key',
    target: 'KafkaTopic/millrace.session.closed',
    changes: [add('/spec/partition', 12)],
    refusedFor: /spec.partition: field not declared in schema/,
  },
  {
    name: 'a topic in the API before Strimzi 1.0',
    target: 'KafkaTopic/millrace.session.closed',
    changes: [replace('/apiVersion', 'kafka.strimzi.io/v1beta2')],
    refusedFor: /no matches for kind "KafkaTopic" in version "kafka.strimzi.io\/v1beta2"/,
  },
  {
    name: 'a user with an operation that Kafka has not',
    target: 'KafkaUser/millrace-validator',
    changes: [replace('/spec/authorization/acls/0/operations', ['Reed'])],
    refusedFor: /Unsupported value: "Reed"/,
  },
  {
    name: 'a pod monitor with a misspelt key',
    target: 'PodMonitor/millrace',
    changes: [add('/spec/podMetricEndpoints', [])],
    refusedFor: /spec.podMetricEndpoints: field not declared in schema/,
  },
  {
    name: 'a pod monitor with a blank in its interval',
    target: 'PodMonitor/millrace',
    changes: [replace('/spec/podMetricsEndpoints/0/interval', '15 s')],
    refusedFor: /interval.*should match/,
  },
  {
    name: 'an alert without an expression',
    target: 'PrometheusRule/millrace',
    changes: [remove('/spec/groups/0/rules/0/expr')],
    refusedFor: /expr: Required value/,
  },
  {
    name: 'a scaler of the lag with a misspelt key',
    target: 'ScaledObject/validator',
    changes: [add('/spec/maxReplicas', 6)],
    refusedFor: /spec.maxReplicas: field not declared in schema/,
  },
  {
    name: 'a lag threshold that is a number, not text',
    target: 'ScaledObject/validator',
    changes: [replace(`${trigger}/lagThreshold`, 500)],
    refusedFor: /lagThreshold: expected string/,
  },
  {
    name: 'a scaler of the jobs with a misspelt key',
    target: 'ScaledJob/trainer-runner',
    changes: [add('/spec/maxReplicas', 4)],
    refusedFor: /spec.maxReplicas: field not declared in schema/,
  },
  {
    name: 'a runner with a misspelt key',
    target: 'ScaledJob/trainer-runner',
    changes: [add(`${runner}/imge`, 'millrace/trainer')],
    refusedFor: /imge: field not declared in schema/,
  },
  {
    name: 'a secret reference of KEDA without a key',
    target: 'TriggerAuthentication/millrace-database',
    changes: [remove('/spec/secretTargetRef/0/key')],
    refusedFor: /key: Required value/,
  },
  {
    name: 'a scaler of the lag with fewer pods at most than at least',
    target: 'ScaledObject/validator',
    changes: [replace('/spec/minReplicaCount', 13)],
    refusedFor: /minReplicaCount must be less than or equal to maxReplicaCount/,
  },
  {
    name: 'a scaler without a trigger',
    target: 'ScaledObject/validator',
    changes: [replace('/spec/triggers', [])],
    refusedFor: /spec.triggers in body should have at least 1 items/,
  },
  {
    name: 'two scalers of one Deployment',
    target: 'ScaledObject/validator',
    changes: [replace('/metadata/name', 'validator-2')],
    refusedFor: /vscaledobject.*'validator' of type 'apps\/v1.Deployment' is already managed by/,
    needsKeda: true,
  },
  {
    name: 'a scaler of a Deployment that an autoscaler scales already',
    target: 'ScaledObject/validator',
    changes: [
      replace('/metadata/name', 'ingestor'),
      replace('/spec/scaleTargetRef/name', 'ingestor'),
    ],
    refusedFor:
      /vscaledobject.*'ingestor' of type 'apps\/v1.Deployment' is already managed by the hpa/,
    needsKeda: true,
  },
];
