import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '@millrace/local-stack/processes';
import { adminToken, type Certificates } from './certificates.ts';
import type { Ground } from './ground.ts';
import { type Kubectl, kubectlOf } from './kubectl.ts';
import { isListening } from './server.ts';

export interface ControlPlane {
  readonly kubeconfig: string;
  readonly kubectl: Kubectl;
}

/**
 * etcd, API server, controllers, scheduler and kwok, all on 127.0.0.1, with no data: about 3 s. The API server is as strict as
 * a user's: RBAC, admission with PodSecurity, aggregation. No kubelet and no network: kwok says of every pod that it runs.
 * @param nodes YAML file of the machines
 */
export async function startControlPlane(ground: Ground, nodes: string): Promise<ControlPlane> {
  const { programs, certificates: pki, folder, signal } = ground;
  const port = { etcd: 0, peer: 0, api: 0, controllers: 0, scheduler: 0, kwok: 0 };
  for (const name of Object.keys(port) as (keyof typeof port)[])
    port[name] = await freePort(Object.values(port));
  const kubeconfig = path.join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText(port.api, pki));
  const kubectl = kubectlOf(path.join(programs.bin, 'kubectl'), folder, signal);

  const etcd = { client: `http://127.0.0.1:${port.etcd}`, peer: `http://127.0.0.1:${port.peer}` };
  ground.start('etcd', [
    ...['--data-dir', path.join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn'],
    ...['--listen-client-urls', etcd.client, '--advertise-client-urls', etcd.client],
    ...['--listen-peer-urls', etcd.peer, '--initial-advertise-peer-urls', etcd.peer],
    ...['--initial-cluster', `default=${etcd.peer}`],
  ]);
  const api = ground.start('kube-apiserver', apiServerFlags(etcd.client, port.api, pki));
  await api.ready(() => kubectl.answers('/readyz'), signal);

  const clients = [
    ...['kubeconfig', 'authentication-kubeconfig', 'authorization-kubeconfig'].map(
      (name) => `--${name}=${kubeconfig}`,
    ),
    ...['--bind-address=127.0.0.1', '--leader-elect=false', '--profiling=false'],
  ];
  const controllers = ground.start('kube-controller-manager', [
    ...clients,
    `--secure-port=${port.controllers}`,
    `--service-account-private-key-file=${pki.accountsKey}`,
    `--root-ca-file=${pki.ca}`,
    '--controllers=*,-bootstrap-signer-controller,-token-cleaner-controller',
    // else each step of an autoscaler takes 15 to 30 s
    '--horizontal-pod-autoscaler-sync-period=3s',
    '--horizontal-pod-autoscaler-initial-readiness-delay=1s',
    ...['--kube-api-qps=200', '--kube-api-burst=400'],
  ]);
  const scheduler = ground.start('kube-scheduler', [...clients, `--secure-port=${port.scheduler}`]);
  const kwok = ground.start('kwok', [
    ...[`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', '--node-ip=127.0.0.1'],
    ...[`--server-address=127.0.0.1:${port.kwok}`, `--node-port=${port.kwok}`],
    ...[`--tls-cert-file=${pki.cert}`, `--tls-private-key-file=${pki.key}`],
    '--node-lease-duration-seconds=40',
    ...readdirSync(programs.stages).map((file) => `--config=${path.join(programs.stages, file)}`),
  ]);
  await kubectl.run(['apply', '--server-side', '-f', nodes]);
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await controllers.ready(() => kubectl.answers(account), signal);
  await kwok.ready(async () => {
    const states = await kubectl.run(['get', 'nodes', '--no-headers']);
    return states
      .trim()
      .split('\n')
      .every((line) => /\sReady\s/.test(line));
  }, signal);
  await scheduler.ready(() => isListening(port.scheduler), signal);
  return { kubeconfig, kubectl };
}

function kubeconfigText(port: number, pki: Certificates): string {
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority': pki.ca };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'verify',
    contexts: [{ name: 'verify', context: { cluster: 'verify', user: 'admin' } }],
    clusters: [{ name: 'verify', cluster }],
    users: [{ name: 'admin', user: { token: adminToken } }],
  });
}

const apiServerFlags = (etcd: string, port: number, pki: Certificates): string[] => [
  ...[`--etcd-servers=${etcd}`, `--secure-port=${port}`, '--bind-address=127.0.0.1'],
  // endpoints on loopback are refused otherwise
  ...['--advertise-address=127.0.0.1', '--endpoint-reconciler-type=none'],
  ...[`--tls-cert-file=${pki.cert}`, `--tls-private-key-file=${pki.key}`],
  ...[`--client-ca-file=${pki.ca}`, `--token-auth-file=${pki.tokens}`, '--authorization-mode=RBAC'],
  ...['--service-cluster-ip-range=10.96.0.0/16', '--allow-privileged=true'],
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-key-file=${pki.accountsKey}`,
  `--service-account-signing-key-file=${pki.accountsKey}`,
  ...[
    `--requestheader-client-ca-file=${pki.ca}`,
    '--requestheader-allowed-names=front-proxy-client',
  ],
  '--requestheader-username-headers=X-Remote-User',
  '--requestheader-group-headers=X-Remote-Group',
  '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  `--proxy-client-cert-file=${pki.proxyCert}`,
  `--proxy-client-key-file=${pki.proxyKey}`,
  // smaller and quicker, nothing else
  ...['--profiling=false', '--event-ttl=10m', '--default-watch-cache-size=20'],
  ...['--max-requests-inflight=200', '--shutdown-delay-duration=0s'],
];
