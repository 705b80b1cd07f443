import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../../src/typed-manifests.ts';
import { objectOf } from '../overlay.ts';

const named = z.object({ name: z.string() });
const podSpec = z.object({
  containers: z.tuple([
    z.object({
      image: z.string(),
      args: z.array(z.string()).default([]),
      command: z.array(z.string()).default([]),
      envFrom: z
        .array(z.object({ configMapRef: named.optional(), secretRef: named.optional() }))
        .default([]),
      env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
      volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
    }),
  ]),
  volumes: z
    .array(
      z.object({
        name: z.string(),
        configMap: named.optional(),
        secret: z.object({ secretName: z.string() }).optional(),
      }),
    )
    .default([]),
});
const template = z.object({ template: z.object({ spec: podSpec }) });
const workload = z.object({
  spec: z.union([
    template,
    z
      .object({ jobTemplate: z.object({ spec: template }) })
      .transform((cron) => cron.jobTemplate.spec),
  ]),
});
const texts = z.object({
  data: z.record(z.string(), z.string()).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
});

export interface PodProgram {
  /** Of the container, or what the image's entry point runs. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What the container of a workload would see: its environment, and its mounted ConfigMaps and Secrets as files below a folder.
 * Paths of the container become paths of this machine.
 * @param objects with every ConfigMap and Secret that it names
 * @throws Error when one of them, or the volume of a mount, is not there
 */
export function layOutPod(objects: readonly Manifest[], id: string, folder: string): PodProgram {
  const pod = workload.parse(objectOf(objects, id)).spec.template.spec;
  const [{ image, command, args, envFrom, env, volumeMounts }] = pod.containers;
  const contents = (kind: string, name: string) => {
    const { data, stringData } = texts.parse(objectOf(objects, `${kind}/${name}`));
    return data ?? stringData ?? {};
  };
  for (const mount of volumeMounts) {
    const volume = pod.volumes.find(({ name }) => name === mount.name);
    if (volume === undefined) throw new Error(`${id} mounts ${mount.name}, which is no volume`);
    const target = path.join(folder, mount.mountPath);
    mkdirSync(target, { recursive: true });
    const files = {
      ...(volume.configMap && contents('ConfigMap', volume.configMap.name)),
      ...(volume.secret && contents('Secret', volume.secret.secretName)),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(target, name), text);
  }
  const said = [
    ...envFrom.flatMap(({ configMapRef, secretRef }) => [
      ...Object.entries(configMapRef ? contents('ConfigMap', configMapRef.name) : {}),
      ...Object.entries(secretRef ? contents('Secret', secretRef.name) : {}),
    ]),
    ...env.map(({ name, value }) => [name, value] as const),
  ];
  const isMounted = (value: string) =>
    volumeMounts.some(({ mountPath }) => value.startsWith(`${mountPath}/`));
  return {
    command: command.length > 0 ? command : [...entryPointOf(image), ...args],
    environment: Object.fromEntries(
      said.map(([name, value]) => [name, isMounted(value) ? path.join(folder, value) : value]),
    ),
  };
}

/** As the Dockerfile says it: millrace/validator:0.1.0 runs the main.ts of the validator, millrace/trainer-gpu that of the trainer. */
const entryPointOf = (image: string): string[] => [
  'node',
  `services/${/^millrace\/([a-z]+)(?:-gpu)?(:|$)/.exec(image)?.[1]}/src/main.ts`,
];
