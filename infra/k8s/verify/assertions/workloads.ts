import type { Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';

/** Every Deployment stands as its manifest says: Kubernetes alone would call it available while the old pods live. */
export const rolledOut: Assertion = {
  name: 'every Deployment is rolled out and available',
  about: ({ Deployment }) => counted(Deployment.length, 'Deployment'),
  problems: ({ Deployment }) => Deployment.flatMap(unfinished),
};

function unfinished({ metadata, spec, status }: Snapshot['Deployment'][number]): readonly string[] {
  const isDone =
    status.observedGeneration === metadata.generation &&
    status.updatedReplicas === spec.replicas &&
    status.availableReplicas === spec.replicas &&
    status.replicas === spec.replicas;
  if (isDone) return [];
  const failure = status.conditions.find(({ type }) => type === 'ReplicaFailure');
  const standing = `${status.updatedReplicas} of ${spec.replicas} pods new, ${status.availableReplicas} available`;
  return [`Deployment/${metadata.name}: ${failure?.message ?? standing}`];
}

/** Jobs of our own, not those of the runners. */
export const jobsDone: Assertion = {
  name: 'the Job that prepares schema and topics is done',
  about: ({ Job }) => counted(Job.filter(isOurs).length, 'Job'),
  problems: ({ Job }) =>
    Job.filter(isOurs).flatMap(({ metadata, status }) =>
      status.succeeded >= 1
        ? []
        : [`Job/${metadata.name}: ${status.failed} pods failed, none done`],
    ),
};

const isOurs = ({ metadata }: Snapshot['Job'][number]): boolean =>
  !metadata.ownerReferences.some(({ kind }) => kind === 'ScaledJob');
