import { spawnSync } from 'node:child_process';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../typed-manifests.ts';

/** Whether kubectl is here. */
export const kubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

/** An overlay as kustomize renders it, comparable with ours. @throws Error for anything that it says about it */
export function byKustomize(folder: string): readonly string[] {
  const { stdout, stderr } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return comparable(parseAllDocuments(stdout).map((document): Manifest => document.toJS()));
}

/** Objects as sorted text; namespace and image tags, which we do not render, left out. */
export const comparable = (manifests: readonly Manifest[]): readonly string[] =>
  manifests
    .map((m) => {
      const { namespace: _, ...metadata } = { ...(m.metadata as Record<string, unknown>) };
      return JSON.stringify(sorted({ ...m, metadata })).replace(/(millrace\/\w+):[\d.]+/g, '$1');
    })
    .sort();

/** With the keys of every object in order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};
