import type { Manifest } from '../../src/typed-manifests.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { waitFor } from '../cluster/wait.ts';
import type { Recorder } from '../record.ts';
import { type Snapshot, takeSnapshot } from '../snapshot.ts';
import { VerifyError } from '../verify-error.ts';

/** A fleet in a cluster, to do something with. */
export interface Scene {
  readonly overlay: string;
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
  /** The overlay's objects as they were applied. */
  readonly objects: readonly Manifest[];
}

/** Records one assertion about the scene. */
export const assert = (scene: Scene, name: string, work: () => Promise<string>): Promise<boolean> =>
  scene.recorder.check({ overlay: scene.overlay, kind: 'assertion', name }, async () => {
    scene.cluster.check();
    return await work();
  });

/**
 * Looks at the objects until the answer is a text.
 * @throws VerifyError with what the last look saw
 */
export async function seen(
  { cluster, signal }: Pick<Scene, 'cluster' | 'signal'>,
  timeoutMs: number,
  look: (snapshot: Snapshot) => { readonly is: string } | { readonly not: string },
): Promise<string> {
  let last = 'nothing was seen';
  const answer = await waitFor(
    async () => {
      cluster.check();
      const found = look(await takeSnapshot(cluster.kubectl));
      if ('is' in found) return found.is;
      last = found.not;
      return undefined;
    },
    { timeoutMs, signal },
  );
  if (answer === undefined) throw new VerifyError(`${last} (after ${timeoutMs / 1000} s)`);
  return answer;
}
