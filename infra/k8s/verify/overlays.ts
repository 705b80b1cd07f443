import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../src/typed-manifests.ts';
import { renderByKustomize } from './overlay.ts';
import type { Programs } from './programs.ts';
import { VerifyError } from './verify-error.ts';

/** One overlay as kustomize renders it. */
export interface Overlay {
  readonly name: string;
  readonly folder: string;
  /** YAML file of the machines and volumes that it is made for. */
  readonly nodes: string;
  readonly objects: readonly Manifest[];
}

/** Every overlay of the repository. @throws VerifyError for one whose machines are not described */
export async function renderOverlays(checkout: string, { bin }: Programs): Promise<Overlay[]> {
  const root = path.join(checkout, 'infra/k8s/overlays');
  return await Promise.all(
    readdirSync(root).map(async (name) => {
      const nodes = path.join(import.meta.dirname, 'nodes', `${name}.yaml`);
      if (!existsSync(nodes))
        throw new VerifyError(`say in ${nodes} which machines overlay ${name} is made for`);
      const folder = path.join(root, name);
      const objects = await renderByKustomize(path.join(bin, 'kubectl'), folder);
      return { name, folder, nodes, objects };
    }),
  );
}
