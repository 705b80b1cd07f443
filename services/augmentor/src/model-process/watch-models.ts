import { InvariantError } from '@millrace/shared/domain/errors';
import type { Health } from '@millrace/shared/runtime/health';
import type { Running } from '@millrace/shared/runtime/worker';
import type { ModelProcess } from './model-process.ts';

/** A model in a process of its own, whatever it is asked. */
export type Opened = Pick<ModelProcess<never, unknown>, 'open' | 'close'>;

/**
 * Opens the models at once, so that one that is missing shows before the first session waits for it; ends them at the stop.
 * Fails when another model lies there than the one that the revision names.
 */
export function watchModels(
  models: readonly Opened[],
  { health }: { readonly health: Pick<Health, 'up' | 'down'> },
): Running {
  const failure = Promise.withResolvers<unknown>();
  Promise.all(models.map((model) => model.open())).then(
    () => health.up('model'),
    (error: unknown) => {
      health.down('model', error instanceof Error ? error.message : 'a model does not open');
      if (error instanceof InvariantError) failure.resolve(error);
    },
  );
  return {
    stop: async () => void (await Promise.all(models.map((model) => model.close()))),
    failed: failure.promise,
  };
}
