import type { PodSpec } from '../objects.ts';
import { isSelected, type Snapshot } from '../snapshot.ts';
import { type Assertion, counted } from './assertion.ts';
import { workloadsOf } from './references.ts';

type Pod = Snapshot['Pod'][number];

const portNames = ({ containers }: PodSpec): Set<string | number> =>
  new Set(containers.flatMap(({ ports }) => ports.flatMap((p) => [p.name ?? '', p.containerPort])));
const selectedBy = (pods: readonly Pod[], labels: Readonly<Record<string, string>>) =>
  pods.filter(({ metadata }) => isSelected(metadata.labels, labels));

export const probesMeet: Assertion = {
  name: 'every probe asks a port that its container has',
  about: (snapshot) => counted(workloadsOf(snapshot).flatMap(probedPorts).length, 'probe'),
  problems: (snapshot) =>
    workloadsOf(snapshot).flatMap((workload) =>
      probedPorts(workload)
        .filter((port) => !portNames(workload.spec).has(port))
        .map((port) => `${workload.name} is probed on port ${port}, which it has not`),
    ),
};

const probedPorts = ({ spec }: { readonly spec: PodSpec }): (string | number)[] =>
  spec.containers.flatMap(({ livenessProbe, readinessProbe }) =>
    [livenessProbe, readinessProbe].flatMap((probe) => probe?.httpGet?.port ?? []),
  );

/** By what the controller makes of a Service: ready endpoints with a port. */
export const servicesLead: Assertion = {
  name: 'every Service leads to ready pods and a port of theirs',
  about: ({ Service }) => counted(Service.length, 'Service'),
  problems: ({ Service, EndpointSlice }) =>
    Service.flatMap(({ metadata }) => {
      const slices = EndpointSlice.filter(({ metadata: { ownerReferences } }) =>
        ownerReferences.some(({ kind, name }) => kind === 'Service' && name === metadata.name),
      );
      const isReady = slices.some(({ endpoints }) => endpoints?.some((e) => e.conditions.ready));
      const hasPort = slices.some(({ ports }) => ports?.some(({ port }) => port !== undefined));
      if (isReady && hasPort) return [];
      return [`Service/${metadata.name} leads to ${isReady ? 'no port' : 'no ready pod'}`];
    }),
};

export const monitorsMeet: Assertion = {
  name: 'every PodMonitor and NetworkPolicy meets pods, and its ports are theirs',
  about: ({ PodMonitor, NetworkPolicy }) =>
    counted(PodMonitor.length + NetworkPolicy.length, 'selector'),
  problems: ({ PodMonitor, NetworkPolicy, Pod }) =>
    [
      ...PodMonitor.map(({ kind, metadata, spec }) => ({
        name: `${kind}/${metadata.name}`,
        labels: spec.selector.matchLabels,
        ports: spec.podMetricsEndpoints.flatMap(({ port }) => port ?? []),
      })),
      ...NetworkPolicy.map(({ kind, metadata, spec }) => ({
        name: `${kind}/${metadata.name}`,
        labels: spec.podSelector.matchLabels,
        ports: spec.ingress.flatMap(({ ports }) => ports.flatMap(({ port }) => port ?? [])),
      })),
    ].flatMap(({ name, labels, ports }) => {
      const pods = selectedBy(Pod, labels);
      if (pods.length === 0) return [`${name} meets no pod`];
      return ports
        .filter((port) => !pods.some(({ spec }) => portNames(spec).has(port)))
        .map((port) => `${name} names port ${port}, which none of its pods has`);
    }),
};
