import { serve } from '@millrace/shared/adapters/service';
import { runStage } from '@millrace/shared/runtime/worker';
import { startCloseLoop } from './close-loop.ts';
import { apiConfig } from './config.ts';
import { startApi } from './http/api.ts';
import { ingestor } from './stage.ts';

await serve('ingestor', {
  process,
  start: async (service) => {
    const config = apiConfig(process.env, service.environment);
    return [
      await startApi(service, config),
      startCloseLoop(service),
      await runStage(ingestor(service.settings), service),
    ];
  },
});
