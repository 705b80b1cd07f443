import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { encoderPlaces } from './config.ts';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { openEncoder } from './encoder/open-encoder.ts';
import { watchEncoder } from './encoder/watch-encoder.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';

await serve('augmentor', {
  process,
  start: async (service) => {
    const { settings, store } = service;
    const places = encoderPlaces(process.env, settings);
    const encoder = places === null ? null : openEncoder(places);
    await recordRevision(store, {
      stage: 'augmentor',
      revision: augmentorRevision(settings),
      settings: augmentorSettings(settings),
    });
    const { metrics } = service;
    const stage = augmentor({ settings, synonyms: readSynonyms(), encoder, metrics });
    return [
      ...(encoder === null ? [] : [watchEncoder(encoder, service)]),
      await runStage(stage, service),
    ];
  },
});
