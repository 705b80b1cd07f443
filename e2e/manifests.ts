import path from 'node:path';
import { z } from 'zod';
import { readManifests } from '../infra/k8s/src/typed-manifests.ts';
import type { ServiceName } from '../packages/cli/src/fleet/services.ts';

const base = path.resolve(import.meta.dirname, '../infra/k8s/base');
const named = (file: string, name: string): object => {
  const found = readManifests(path.join(base, file)).find(
    ({ kind, metadata }) => metadata?.name === name && ['Deployment', 'ScaledJob'].includes(kind),
  );
  if (found === undefined) throw new Error(`${file} has no program ${name}`);
  return found;
};
const placeOf: Readonly<Record<ServiceName, readonly [string, string]>> = {
  ingestor: ['ingestor.yaml', 'ingestor'],
  validator: ['validator.yaml', 'validator'],
  augmentor: ['augmentor.yaml', 'augmentor'],
  trainer: ['trainer.yaml', 'trainer-scheduler'],
  'trainer-runner': ['trainer.yaml', 'trainer-runner'],
  exporter: ['exporter.yaml', 'exporter'],
};

/** Seconds that Kubernetes grants a service between SIGTERM and SIGKILL. */
export function gracePeriodOf(service: ServiceName): number {
  const text = JSON.stringify(named(...placeOf[service]));
  return Number(/"terminationGracePeriodSeconds":(\d+)/.exec(text)?.[1]);
}

const scaledJob = z.object({
  spec: z.object({
    pollingInterval: z.int(),
    triggers: z.tuple([z.object({ metadata: z.object({ query: z.string() }) })]),
    jobTargetRef: z.object({
      template: z.object({
        spec: z.object({ containers: z.tuple([z.object({ args: z.array(z.string()) })]) }),
      }),
    }),
  }),
});

/** What the scaler of runners asks the database, how often, and what it starts for an answer of 1. */
export function runnerScaler(): { query: string; pollingSeconds: number; args: string[] } {
  const { spec } = scaledJob.parse(named(...placeOf['trainer-runner']));
  return {
    query: spec.triggers[0].metadata.query,
    pollingSeconds: spec.pollingInterval,
    args: spec.jobTargetRef.template.spec.containers[0].args,
  };
}
