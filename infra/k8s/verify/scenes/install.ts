import type { Manifest } from '../../src/typed-manifests.ts';
import { listOf, strictly } from '../cluster/kubectl.ts';
import { assert, type Scene } from './scene.ts';

/** What docs/kubernetes.md tells users to do, in its order. False when the overlay is not taken: then there is nothing to look at. */
export async function install(
  scene: Scene,
  folder: string,
  given: readonly Manifest[],
): Promise<boolean> {
  const { kubectl } = scene.cluster;
  const { objects } = scene;
  await kubectl.run(['create', 'namespace', 'millrace']);
  await kubectl.apply(given);
  const asDocumented = await assert(
    scene,
    'the API server takes the overlay as it is',
    async () => {
      const taken = await kubectl.run([...strictly, '--dry-run=server', '-k', folder]);
      return `${taken.trim().split('\n').length} objects`;
    },
  );
  if (!asDocumented) return false;
  return await assert(
    scene,
    'the overlay is applied, with the address and the waits of this machine',
    async () => {
      await kubectl.run([...strictly, '-f', '-'], listOf(objects));
      return `${objects.length} objects`;
    },
  );
}
