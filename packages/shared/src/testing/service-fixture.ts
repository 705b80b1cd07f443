import { serve } from '../adapters/service.ts';
import { runStage } from '../runtime/worker.ts';
import { storingStage } from './storing-stage.ts';

/** A whole service process around the storing stage; started by adapters/service.int.test.ts. */
await serve('fixture', {
  process,
  start: async (service) => [
    await runStage(
      storingStage({
        beforeSave: async (ids) => {
          if (ids.includes('fault')) throw new TypeError('a fault of the program');
        },
      }),
      service,
    ),
  ],
});
