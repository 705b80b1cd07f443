import type { Health } from '@millrace/shared/runtime/health';
import type { Running } from '@millrace/shared/runtime/worker';
import type { OpenEncoder } from './open-encoder.ts';

/** Opens the encoder at once, so that one that is missing shows before the first session waits for it; ends it at the stop. */
export function watchEncoder(
  encoder: OpenEncoder,
  { health }: { readonly health: Health },
): Running {
  encoder.open().then(
    () => health.up('model'),
    (error: unknown) =>
      health.down('model', error instanceof Error ? error.message : 'the encoder does not open'),
  );
  return { stop: () => encoder.close(), failed: new Promise(() => {}) };
}
