import type { Assertion } from '../assertions/assertion.ts';
import { isSelected, takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import { assert, type Scene } from './scene.ts';
import { settled } from './settle.ts';

/** Nodes are emptied while the fleet runs: the budgets hold, and do not hold it up for ever. */
export async function drainNodes(scene: Scene, assertions: readonly Assertion[]): Promise<void> {
  const { kubectl } = scene.cluster;
  const nodes = (await takeSnapshot(kubectl)).Node.map(({ metadata }) => metadata.name);
  await assert(
    scene,
    'where no node takes a pod, each budget lets exactly one of its pods go',
    async () => {
      await kubectl.run(['cordon', ...nodes]);
      try {
        return await evictAll(scene);
      } finally {
        await kubectl.run(['uncordon', ...nodes]);
        await settled(scene, assertions);
      }
    },
  );
  await assert(scene, 'a drained node is empty, and the fleet is whole again', async () => {
    const [node = ''] = nodes;
    await kubectl.run([
      'drain',
      node,
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=90s',
    ]);
    const left = (await takeSnapshot(kubectl)).Pod.filter(
      ({ spec, status }) => spec.nodeName === node && status.phase === 'Running',
    );
    await kubectl.run(['uncordon', node]);
    await settled(scene, assertions);
    if (left.length > 0) throw new VerifyError(`${left.length} pods are left on ${node}`);
    return node;
  });
}

/** Asks for the eviction of every pod that a budget watches, as `kubectl drain` does. */
async function evictAll({ cluster: { kubectl } }: Scene): Promise<string> {
  const { PodDisruptionBudget, Pod } = await takeSnapshot(kubectl);
  const told: string[] = [];
  for (const { metadata, spec } of PodDisruptionBudget) {
    const pods = Pod.filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined &&
        isSelected(pod.metadata.labels, spec.selector.matchLabels),
    );
    let gone = 0;
    for (const pod of pods) {
      const name = pod.metadata.name;
      const path = `/api/v1/namespaces/millrace/pods/${name}/eviction`;
      const eviction = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace: 'millrace' },
      };
      const answer = await kubectl.try(
        ['create', '--raw', path, '-f', '-'],
        JSON.stringify(eviction),
      );
      if (answer.code === 0) gone += 1;
      else if (!/disruption budget/.test(answer.stderr)) throw new VerifyError(answer.stderr);
    }
    if (gone !== 1)
      throw new VerifyError(`${metadata.name}: ${gone} of ${pods.length} pods let go`);
    told.push(`${metadata.name} 1 of ${pods.length}`);
  }
  return told.join(', ');
}
