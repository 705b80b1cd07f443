import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where the modules lie that pin what is built. */
export const sources = path.join(import.meta.dirname, 'programs');

/** Programs by the module that pins them. */
export const programSets = {
  kube: ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kwok'],
  keda: ['keda-operator', 'keda-side', 'metrics-server'],
} as const;
export type ProgramName = (typeof programSets)[keyof typeof programSets][number];

/** The built programs and fetched schemas of one set of pins. */
export interface Programs {
  readonly folder: string;
  /** Executables. */
  readonly bin: string;
  /** CRDs, one folder for each operator. */
  readonly crds: string;
  /** What a fake node and a fake pod do: kwok's own files. */
  readonly stages: string;
  /** KEDA's own schema of its triggers. */
  readonly scalers: string;
}

/**
 * The place of the programs in the cache. Its name changes with every pin; not with the Go that builds: what is built
 * stays what it is, and a new Go must not cost a quarter of an hour.
 */
export function programsIn(cache: string, from = sources): Programs {
  const hash = createHash('sha256');
  for (const file of readdirSync(from, { recursive: true, encoding: 'utf8' }).sort()) {
    const full = path.join(from, file);
    if (/\.(mod|sum|go|xml)$/.test(file)) hash.update(`${file}\0`).update(readFileSync(full));
  }
  const folder = path.join(cache, `k8s-${hash.digest('hex').slice(0, 12)}`);
  return {
    folder,
    bin: path.join(folder, 'bin'),
    crds: path.join(folder, 'crds'),
    stages: path.join(folder, 'stages'),
    scalers: path.join(folder, 'crds', 'scalers-schema.json'),
  };
}

/** What a run needs and the cache lacks; each thing is renamed into its place when it is whole. */
export function missingFrom(programs: Programs, { fast }: { readonly fast: boolean }): string[] {
  const names = fast ? programSets.kube : [...programSets.kube, ...programSets.keda];
  return [
    ...names.filter((name) => !existsSync(path.join(programs.bin, name))),
    ...(['crds', 'stages'] as const).filter((name) => !existsSync(programs[name])),
  ];
}

/** Full path of a program on the search path, or undefined. */
export function findProgram(name: string, folders: readonly string[]): string | undefined {
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
