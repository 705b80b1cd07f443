import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { validatorRevision, validatorSettings } from './core/validate-session.ts';
import { validator } from './stage.ts';

await serve('validator', {
  process,
  start: async (service) => {
    const { settings, store, metrics } = service;
    await recordRevision(store, {
      stage: 'validator',
      revision: validatorRevision(settings),
      settings: validatorSettings(settings),
    });
    return [await runStage(validator(settings, metrics), service)];
  },
});
