import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { applyOperation } from './json-patch.ts';
import { type Manifest, readManifests } from './typed-manifests.ts';

const kustomization = z.strictObject({
  apiVersion: z.string(),
  kind: z.enum(['Kustomization', 'Component']),
  namespace: z.string().optional(),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  images: z.array(z.strictObject({ name: z.string(), newTag: z.string() })).default([]),
  patches: z
    .array(
      z.strictObject({
        target: z.strictObject({ kind: z.string(), name: z.string().optional() }),
        patch: z.string(),
      }),
    )
    .default([]),
});
const operations = z.array(
  z.strictObject({ op: z.enum(['add', 'replace']), path: z.string(), value: z.unknown() }),
);

/** Takes the object away that the patch meets. */
const removal = z.object({ $patch: z.literal('delete') });

/**
 * The objects of an overlay: what of kustomize our overlays use (resources, components, JSON patches, removals), and nothing else, so
 * that what they say is checked on machines without kubectl. Where kubectl is, a test compares. Namespace and image tags
 * are left as they are.
 * @throws Error for a patch that meets nothing, or a path that is not there
 */
export function renderOverlay(folder: string): Manifest[] {
  const spec = kustomization.parse(
    parse(readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8')),
  );
  const resources = spec.resources.flatMap((name) =>
    name.endsWith('.yaml')
      ? readManifests(path.join(folder, name))
      : renderOverlay(path.join(folder, name)),
  );
  return spec.components.reduce(
    (manifests, name) => withComponent(manifests, path.join(folder, name)),
    patched(resources, spec.patches, folder),
  );
}

function withComponent(manifests: readonly Manifest[], folder: string): Manifest[] {
  const spec = kustomization.parse(
    parse(readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8')),
  );
  const own = spec.resources.flatMap((name) => readManifests(path.join(folder, name)));
  return patched([...manifests, ...own], spec.patches, folder);
}

function patched(
  manifests: readonly Manifest[],
  patches: z.infer<typeof kustomization>['patches'],
  folder: string,
): Manifest[] {
  let result = structuredClone([...manifests]);
  for (const { target, patch } of patches) {
    const met = result.filter(
      ({ kind, metadata }) =>
        kind === target.kind && (target.name === undefined || target.name === metadata?.name),
    );
    if (met.length === 0)
      throw new Error(`${folder}: a patch meets no ${target.kind} ${target.name ?? ''}`);
    const change: unknown = parse(patch);
    if (removal.safeParse(change).success) {
      result = result.filter((manifest) => !met.includes(manifest));
      continue;
    }
    for (const manifest of met)
      for (const operation of operations.parse(change)) applyOperation(manifest, operation);
  }
  return result;
}
