import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { environmentWith, type VerifySettings } from '../config.ts';
import { findProgram, type Programs } from '../programs.ts';
import { VerifyError } from '../verify-error.ts';
import type { Certificates } from './certificates.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import type { Ground } from './ground.ts';
import { startKeda, startMetricsServer } from './keda.ts';
import { type Server, startServer } from './server.ts';
import { waitFor } from './wait.ts';

export interface Cluster extends ControlPlane {
  /** @throws VerifyError when a server has ended by itself */
  check(): void;
  /** MB of each server, now. */
  memory(): ReadonlyMap<string, number>;
  /** Ends all servers, those that use others first. May be called twice. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly settings: VerifySettings;
  readonly programs: Programs;
  readonly certificates: Certificates;
  readonly signal: AbortSignal;
  /** YAML file of the machines. */
  readonly nodes: string;
}

/** A new, empty cluster with the kinds of the three operators, and KEDA at work unless it is to be fast. What was started is ended when a part does not start. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { settings, programs, certificates, signal } = options;
  const folder = path.join(settings.state, 'cluster');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.join(folder, 'logs'), { recursive: true });
  const setpriv = findProgram('setpriv', settings.searchPath);
  const servers: Server[] = [];
  const ground: Ground = {
    ...{ programs, certificates, folder, signal },
    start(name, args, env = {}) {
      const server = startServer(
        {
          ...{ name, args, cwd: folder, logs: path.join(folder, 'logs') },
          program: path.join(programs.bin, name),
          env: environmentWith({ HOME: folder, GOGC: '80', ...env }),
        },
        setpriv,
      );
      servers.push(server);
      return server;
    },
  };
  const stop = async () => {
    for (const server of [...servers].reverse()) await server.stop();
    rmSync(path.join(folder, 'etcd'), { recursive: true, force: true });
  };
  try {
    const plane = await startControlPlane(ground, options.nodes);
    await addKinds(plane, programs.crds, signal);
    if (!settings.fast) {
      await startMetricsServer(ground, plane);
      await startKeda(ground, plane);
    }
    return {
      ...plane,
      stop,
      check() {
        for (const server of servers) {
          const gone = server.ended();
          if (gone !== undefined) throw new VerifyError(gone);
        }
      },
      memory: () => new Map(servers.map((server) => [server.name, server.memoryMb()])),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The kinds of KEDA, Strimzi and the Prometheus operator, and waits until they are served. */
async function addKinds({ kubectl }: ControlPlane, crds: string, signal: AbortSignal) {
  const folders = readdirSync(crds, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of folders)
    await kubectl.run(['apply', '--server-side', '-f', path.join(crds, name)]);
  const established = ['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s'];
  await kubectl.run(established);
  const served = await waitFor(
    async () =>
      (await kubectl.answers('/apis/keda.sh/v1alpha1/scaledobjects')) ? true : undefined,
    { timeoutMs: 30_000, signal },
  );
  if (!served) throw new VerifyError('the API server does not serve the kinds of KEDA');
}
