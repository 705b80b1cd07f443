import { readFileSync } from 'node:fs';
import { assertionsFor } from './assertions/all-assertions.ts';
import type { Certificates } from './cluster/certificates.ts';
import { startCluster } from './cluster/cluster.ts';
import { userPassword } from './cluster/secured-listener.ts';
import type { Stack } from './cluster/stack.ts';
import { plantFaults } from './faults/plant-faults.ts';
import { adapted } from './overlay.ts';
import type { Overlay } from './overlays.ts';
import { prerequisites } from './prerequisites.ts';
import { drainNodes } from './scenes/drain.ts';
import { install } from './scenes/install.ts';
import { prepareStack } from './scenes/prepare-stack.ts';
import { runCronJobs, startMaintain } from './scenes/run-cron-jobs.ts';
import { scaleOnCpu } from './scenes/scale-on-cpu.ts';
import { scaleOnLag } from './scenes/scale-on-lag.ts';
import type { Scene } from './scenes/scene.ts';
import { settle, settled } from './scenes/settle.ts';
import { startPrograms } from './scenes/start-programs.ts';
import { startRunners } from './scenes/start-runners.ts';
import { takeComponents } from './scenes/take-components.ts';
import { upgrade, upgradeByHand } from './scenes/upgrade.ts';
import type { Verification } from './verification.ts';

export interface OverlayVerification extends Verification {
  readonly overlay: Overlay;
  readonly certificates: Certificates;
  /** Undefined when it is to be fast. */
  readonly stack: Stack | undefined;
}

/** It has every kind of object; the others are parts of it. */
const overlayWithFaults = 'prod';

/** A new cluster with one overlay in it: installed, at rest, drained, scaled, upgraded, and with every fault planted. */
export async function verifyOverlay(verification: OverlayVerification): Promise<void> {
  const { overlay, settings, stack, recorder, signal, certificates } = verification;
  const hasUsers = overlay.objects.some(({ kind }) => kind === 'KafkaUser');
  const address = hasUsers ? stack?.securedAddress : stack?.openAddress;
  const objects = address === undefined ? overlay.objects : adapted(overlay.objects, address);
  const ca = readFileSync(certificates.ca, 'utf8');
  const given = prerequisites(objects, {
    databaseUrl: stack?.databaseUrl ?? 'postgres://nobody@127.0.0.1:1/none',
    ca,
    password: userPassword,
  });
  const cluster = await startCluster({ ...verification, nodes: overlay.nodes });
  try {
    const scene: Scene = { overlay: overlay.name, cluster, recorder, signal, objects };
    if (stack !== undefined && address !== undefined) {
      const prepared = { ...verification, stack, address, given, ca };
      await prepareStack(scene, prepared);
      await startPrograms(scene, prepared);
      await startMaintain(scene, prepared);
    }
    if (!(await install(scene, overlay.folder, given))) return;
    const assertions = assertionsFor(settings);
    await settle(scene, assertions);
    await runCronJobs(scene);
    await takeComponents(scene, settings.checkout);
    // what KEDA and the metrics server add takes half a minute to come back after each drain
    await drainNodes(scene, assertionsFor({ fast: true }));
    if (stack === undefined) await upgradeByHand(scene);
    else {
      await Promise.all([scaleOnCpu(scene), scaleOnLag(scene, stack.broker, () => upgrade(scene))]);
      await startRunners(scene, stack.jobs);
    }
    recorder.memory(cluster.memory());
    await settled(scene, assertions);
    if (overlay.name === overlayWithFaults) await plantFaults(scene, assertions, settings);
  } finally {
    await cluster.stop();
  }
}
