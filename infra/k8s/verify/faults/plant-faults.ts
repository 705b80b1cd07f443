import type { Assertion } from '../assertions/assertion.ts';
import type { Scene } from '../scenes/scene.ts';
import type { Fault } from './fault.ts';
import { foundFaults } from './found-faults.ts';
import { refusedOperators } from './refused-operators.ts';
import { refusedWorkloads } from './refused-workloads.ts';
import { tryFound, tryRefused } from './try-faults.ts';

export const allFaults: readonly Fault[] = [
  ...refusedWorkloads,
  ...refusedOperators,
  ...foundFaults,
];

/** Plants every fault into the living fleet, one after the other; a fault that is taken and seen by nobody is a failure. */
export async function plantFaults(
  scene: Scene,
  assertions: readonly Assertion[],
  { fast }: { readonly fast: boolean },
): Promise<void> {
  const {
    cluster: { kubectl },
    signal,
    objects,
    recorder,
  } = scene;
  const field = { kubectl, signal, objects, assertions };
  for (const fault of allFaults) {
    if (fast && fault.needsKeda) continue;
    await recorder.check({ overlay: scene.overlay, kind: 'fault', name: fault.name }, () =>
      fault.refusedFor ? tryRefused(field, fault) : tryFound(field, fault),
    );
  }
}
