import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';

await serve('augmentor', {
  process,
  start: async (service) => {
    const { settings, store } = service;
    await recordRevision(store, {
      stage: 'augmentor',
      revision: augmentorRevision(settings),
      settings: augmentorSettings(settings),
    });
    return [await runStage(augmentor(settings, readSynonyms()), service)];
  },
});
