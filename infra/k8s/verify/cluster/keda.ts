import { readFileSync } from 'node:fs';
import { freePort } from '@millrace/local-stack/processes';
import type { ControlPlane } from './control-plane.ts';
import type { Ground } from './ground.ts';
import type { Kubectl } from './kubectl.ts';
import { isListening } from './server.ts';

/** Flags of every server behind the API server. */
const behind = (kubeconfig: string, port: number, { certificates: pki }: Ground): string[] => [
  ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
    (name) => `--${name}=${kubeconfig}`,
  ),
  ...[`--secure-port=${port}`, '--bind-address=127.0.0.1'],
  ...[`--tls-cert-file=${pki.cert}`, `--tls-private-key-file=${pki.key}`],
];

/** CPU and memory of the fake pods, for the ingestor's autoscaler. */
export async function startMetricsServer(ground: Ground, { kubeconfig, kubectl }: ControlPlane) {
  const port = await freePort([]);
  const server = ground.start('metrics-server', [
    ...behind(kubeconfig, port, ground),
    ...['--kubelet-insecure-tls', '--kubelet-preferred-address-types=InternalIP'],
    '--kubelet-use-node-status-port',
    // the resolution must exceed the timeout
    ...['--metric-resolution=10s', '--kubelet-request-timeout=5s'],
  ]);
  await aggregate(kubectl, {
    name: 'metrics-server',
    namespace: 'kube-system',
    group: 'metrics.k8s.io',
    port,
  });
  await server.ready(() => kubectl.answers('/apis/metrics.k8s.io/v1beta1'), ground.signal);
}

/** KEDA's operator, its metrics adapter and its admission webhooks. About 2 s. */
export async function startKeda(ground: Ground, { kubeconfig, kubectl }: ControlPlane) {
  const { certificates: pki, signal } = ground;
  const port = { grpc: 0, probe: 0, metrics: 0, external: 0, hook: 0 };
  for (const name of Object.keys(port) as (keyof typeof port)[])
    port[name] = await freePort(Object.values(port));
  const env = {
    POD_NAMESPACE: 'keda',
    KEDA_CLUSTER_OBJECT_NAMESPACE: 'keda',
    WATCH_NAMESPACE: '',
    KUBERNETES_CLUSTER_DOMAIN: 'cluster.local',
    KUBECONFIG: kubeconfig,
  };
  await kubectl.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'keda' } },
    webhooks(port.hook, readFileSync(pki.ca).toString('base64')),
  ]);
  const operator = ground.start(
    'keda-operator',
    [
      ...[`--kubeconfig=${kubeconfig}`, `--cert-dir=${pki.folder}`, '--zap-log-level=info'],
      `--metrics-bind-address=127.0.0.1:${port.metrics}`,
      `--health-probe-bind-address=127.0.0.1:${port.probe}`,
      `--metrics-service-bind-address=127.0.0.1:${port.grpc}`,
    ],
    env,
  );
  const side = ground.start(
    'keda-side',
    [
      ...behind(kubeconfig, port.external, ground),
      ...[`--lister-kubeconfig=${kubeconfig}`, `--keda-cert-dir=${pki.folder}`],
      ...[`--metrics-service-address=localhost:${port.grpc}`, `--webhook-port=${port.hook}`],
    ],
    env,
  );
  await aggregate(kubectl, {
    name: 'keda-metrics',
    namespace: 'keda',
    group: 'external.metrics.k8s.io',
    port: port.external,
  });
  await operator.ready(() => isListening(port.grpc), signal);
  await side.ready(() => isListening(port.hook), signal);
  await side.ready(() => kubectl.answers('/apis/external.metrics.k8s.io/v1beta1'), signal);
}

/** The webhooks of KEDA's release, by address instead of by service. */
const webhooks = (port: number, caBundle: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'keda-admission' },
  webhooks: ['scaledobject', 'scaledjob', 'triggerauthentication'].map((kind) => ({
    name: `v${kind}.kb.io`,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds: 10,
    clientConfig: { caBundle, url: `https://127.0.0.1:${port}/validate-keda-sh-v1alpha1-${kind}` },
    rules: [
      {
        apiGroups: ['keda.sh'],
        apiVersions: ['v1alpha1'],
        operations: ['CREATE', 'UPDATE'],
        resources: [`${kind}s`],
      },
    ],
  })),
});

interface Aggregated {
  readonly name: string;
  readonly namespace: string;
  readonly group: string;
  readonly port: number;
}

/** Puts a server on loopback behind the API server: a Service of type ExternalName needs neither proxy nor endpoint. */
async function aggregate(kubectl: Kubectl, { name, namespace, group, port }: Aggregated) {
  await kubectl.apply([
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port }] },
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta1.${group}` },
      spec: {
        ...{ group, version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100 },
        ...{ insecureSkipTLSVerify: true, service: { name, namespace, port } },
      },
    },
  ]);
}
