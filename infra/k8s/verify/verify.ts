import { rmSync } from 'node:fs';
import path from 'node:path';
import { withLock } from '@millrace/local-stack/processes';
import { makeCertificates } from './cluster/certificates.ts';
import { kafkaUsersOf } from './cluster/secured-listener.ts';
import { openStack } from './cluster/stack.ts';
import { renderOverlays } from './overlays.ts';
import type { Verification } from './verification.ts';
import { verifyOverlay } from './verify-overlay.ts';
import { verifyScalers } from './verify-scalers.ts';

/**
 * Holds every overlay against a real API server, one after the other, each in a new cluster. What is wrong is in the record;
 * it throws only when something of its own does not work. Nothing that it started outlives it.
 */
export function verify(verification: Verification): Promise<void> {
  const { settings, programs, say, signal } = verification;
  const onWait = () => say('waiting: another verification runs in this checkout');
  const work = async () => {
    const folder = path.join(settings.state, 'certificates');
    rmSync(folder, { recursive: true, force: true });
    const certificates = await makeCertificates(folder);
    const run = { ...verification, certificates };
    await verifyScalers(run);
    const overlays = await renderOverlays(settings.checkout, programs);
    const users = overlays.flatMap(({ objects }) => kafkaUsersOf(objects));
    const stack = settings.fast ? undefined : await openStack(run, users);
    try {
      for (const overlay of overlays) await verifyOverlay({ ...run, overlay, stack });
    } finally {
      await stack?.close();
    }
  };
  return withLock(settings.state, work, { signal, onWait, timeoutMs: 3_600_000 });
}
