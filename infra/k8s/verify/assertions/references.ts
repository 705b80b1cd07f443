import type { PodSpec } from '../objects.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

interface Workload {
  readonly name: string;
  readonly spec: PodSpec;
}

/** Everything that makes pods. */
export const workloadsOf = ({
  Deployment,
  Job,
  CronJob,
  ScaledJob,
}: Snapshot): readonly Workload[] => [
  ...[...Deployment, ...Job].map(({ kind, metadata, spec }) => ({
    name: `${kind}/${metadata.name}`,
    spec: spec.template.spec,
  })),
  ...CronJob.map(({ kind, metadata, spec }) => ({
    name: `${kind}/${metadata.name}`,
    spec: spec.jobTemplate.spec.template.spec,
  })),
  ...ScaledJob.map(({ kind, metadata, spec }) => ({
    name: `${kind}/${metadata.name}`,
    spec: spec.jobTargetRef.template.spec,
  })),
];

/** A pod that names what is not there is created and never starts; the fake nodes start it nevertheless. */
export const referencesMet: Assertion = {
  name: 'every ConfigMap, Secret, claim and account that a pod names is there',
  about: (snapshot) =>
    counted(workloadsOf(snapshot).flatMap(({ spec }) => namedBy(spec)).length, 'reference'),
  problems(snapshot) {
    const there = new Set(
      (['ConfigMap', 'Secret', 'PersistentVolumeClaim', 'ServiceAccount'] as const).flatMap(
        (kind) => snapshot[kind].map(({ metadata }) => `${kind}/${metadata.name}`),
      ),
    );
    return workloadsOf(snapshot).flatMap(({ name, spec }) =>
      namedBy(spec)
        .filter((reference) => !there.has(reference))
        .map((reference) => `${name} names ${reference}, which is not there`),
    );
  },
};

export const claimsBound: Assertion = {
  name: 'every volume claim is bound to a volume of the kind that the documents ask for',
  about: ({ PersistentVolumeClaim: all }) => counted(all.length, 'claim'),
  problems: ({ PersistentVolumeClaim: all }) =>
    all.flatMap(({ metadata, status }) =>
      status.phase === 'Bound'
        ? []
        : [`PersistentVolumeClaim/${metadata.name} is ${status.phase}, not bound`],
    ),
};

/** "Secret/millrace" and so on. */
const namedBy = ({ containers, volumes, serviceAccountName }: PodSpec): string[] => [
  ...containers
    .flatMap(({ envFrom }) => envFrom)
    .flatMap(({ configMapRef, secretRef }) => [
      ...(configMapRef ? [`ConfigMap/${configMapRef.name}`] : []),
      ...(secretRef ? [`Secret/${secretRef.name}`] : []),
    ]),
  ...volumes.flatMap(({ configMap, secret, persistentVolumeClaim }) => [
    ...(configMap ? [`ConfigMap/${configMap.name}`] : []),
    ...(secret ? [`Secret/${secret.secretName}`] : []),
    ...(persistentVolumeClaim ? [`PersistentVolumeClaim/${persistentVolumeClaim.claimName}`] : []),
  ]),
  ...(serviceAccountName === undefined ? [] : [`ServiceAccount/${serviceAccountName}`]),
];
