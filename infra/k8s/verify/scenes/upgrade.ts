import { listOf, strictly } from '../cluster/kubectl.ts';
import { takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';
import { assert, type Scene } from './scene.ts';

/** The commands of an upgrade, as documented and without force, while autoscalers have changed the fleet. */
export async function upgrade(scene: Scene): Promise<void> {
  const { kubectl } = scene.cluster;
  const name = 'an upgrade meets no conflict and takes no pod from an autoscaler';
  await assert(scene, name, async () => {
    const before = await replicasNow(scene);
    await kubectl.run(['-n', 'millrace', 'delete', 'job', 'migrate', '--ignore-not-found']);
    await kubectl.run([...strictly, '-f', '-'], listOf(scene.objects));
    const after = await replicasNow(scene);
    const fewer = [...before].filter(([deployment, n]) => (after.get(deployment) ?? 0) < n);
    if (fewer.length > 0)
      throw new VerifyError(fewer.map(([d, n]) => `${d}: ${n}, then ${after.get(d)}`).join('; '));
    return [...after].map(([deployment, count]) => `${deployment} ${count}`).join(', ');
  });
}

/** The same where no autoscaler works: their writes are done for them, by the way they take. */
export async function upgradeByHand(scene: Scene): Promise<void> {
  const { kubectl } = scene.cluster;
  const { ScaledObject } = await takeSnapshot(kubectl);
  const scaled = ['ingestor', ...ScaledObject.map(({ spec }) => spec.scaleTargetRef.name)];
  const names = scaled.map((name) => `deployment/${name}`);
  await kubectl.run(['-n', 'millrace', 'scale', '--replicas=2', ...names]);
  await upgrade(scene);
}

const replicasNow = async ({ cluster }: Scene): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (await takeSnapshot(cluster.kubectl)).Deployment.map(({ metadata, spec }) => [
      metadata.name,
      spec.replicas,
    ]),
  );
