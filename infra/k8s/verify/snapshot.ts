import type { z } from 'zod';
import type { Kubectl } from './cluster/kubectl.ts';
import { named, snapshot } from './objects.ts';

/** The objects of our namespace, and the nodes, at one moment. */
export type Snapshot = z.infer<typeof snapshot>;

const kinds = Object.keys(snapshot.shape);

/** Sorts objects of the API server by kind. @throws ZodError for an object of another shape */
export function snapshotOf(items: readonly unknown[]): Snapshot {
  const byKind = new Map(kinds.map((kind) => [kind, [] as unknown[]]));
  for (const item of items) byKind.get(named.parse(item).kind)?.push(item);
  return snapshot.parse(Object.fromEntries(byKind));
}

export async function takeSnapshot(kubectl: Kubectl): Promise<Snapshot> {
  const text = await kubectl.run(['-n', 'millrace', 'get', kinds.join(','), '-o', 'json']);
  return snapshotOf(JSON.parse(text).items);
}

/** Whether labels have all that a selector asks for; a selector that asks for nothing meets everything. */
export const isSelected = (
  labels: Readonly<Record<string, string>>,
  matchLabels: Readonly<Record<string, string>>,
): boolean => Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
