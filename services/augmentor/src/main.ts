import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { encoderPlaces, maskedLmPlaces, translatorKey, translatorPlaces } from './config.ts';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { awaitModelDigests } from './model-digests.ts';
import { openModels, watched } from './open-models.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';

await serve('augmentor', {
  process,
  start: async (service) => {
    const { settings, store, clock, metrics } = service;
    const places = {
      encoder: encoderPlaces(process.env, settings),
      maskedLm: maskedLmPlaces(process.env, settings),
      translator: translatorPlaces(process.env, settings),
    };
    const digests = await awaitModelDigests(places, service);
    if (digests === null) return [];
    const revision = augmentorRevision(settings, digests);
    await recordRevision(store, {
      stage: 'augmentor',
      revision,
      settings: augmentorSettings(settings, digests),
    });
    const models = openModels({
      settings,
      places,
      digests,
      clock,
      apiKey: translatorKey(process.env),
    });
    const stage = augmentor({ settings, revision, synonyms: readSynonyms(), metrics, ...models });
    return [...watched(models, service), await runStage(stage, service)];
  },
});
