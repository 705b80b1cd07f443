import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { encoderPlaces, translatorKey } from './config.ts';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { openEncoder } from './encoder/open-encoder.ts';
import { watchModels } from './model-process/watch-models.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';
import { openRoundTrip } from './translate/open-round-trip.ts';

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
    const { clock, metrics } = service;
    const translate = openRoundTrip(settings, { apiKey: translatorKey(process.env), clock });
    const models = { encoder, translate };
    const stage = augmentor({ settings, synonyms: readSynonyms(), ...models, metrics });
    return [
      ...(encoder === null ? [] : [watchModels([encoder], service)]),
      await runStage(stage, service),
    ];
  },
});
