import { readdirSync } from 'node:fs';
import path from 'node:path';
import { strictly } from '../cluster/kubectl.ts';
import { assert, type Scene } from './scene.ts';

/** The overlay with each component that its comments offer, as the folders beside our tests have it: taken, not applied. */
export async function takeComponents(scene: Scene, checkout: string): Promise<void> {
  const testing = path.join(checkout, 'infra/k8s/src/testing');
  const start = `${scene.overlay}-with-`;
  for (const name of readdirSync(testing).filter((one) => one.startsWith(start)))
    await assert(
      scene,
      `the API server takes it with the component ${name.slice(start.length)}`,
      async () => {
        const folder = path.join(testing, name);
        const flags = [...strictly, '--dry-run=server', '--force-conflicts'];
        const taken = await scene.cluster.kubectl.run([...flags, '-k', folder]);
        return `${taken.trim().split('\n').length} objects`;
      },
    );
}
