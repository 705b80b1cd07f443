import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { encoderPlaces, translatorKey } from './config.ts';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { openEncoder } from './encoder/open-encoder.ts';
import { awaitModelDigests } from './model-digests.ts';
import { watchModels } from './model-process/watch-models.ts';
import { augmentor } from './stage.ts';
import { readSynonyms } from './synonym-table.ts';
import { openRoundTrip } from './translate/open-round-trip.ts';

await serve('augmentor', {
  process,
  start: async (service) => {
    const { settings, store, clock, metrics } = service;
    const places = encoderPlaces(process.env, settings);
    const digests = await awaitModelDigests({ encoder: places }, service);
    if (digests === null) return [];
    const revision = augmentorRevision(settings, digests);
    await recordRevision(store, {
      stage: 'augmentor',
      revision,
      settings: augmentorSettings(settings, digests),
    });
    const sha256 = digests.encoder ?? undefined;
    const encoder = places === null ? null : openEncoder({ ...places, sha256 });
    const translate = openRoundTrip(settings, { apiKey: translatorKey(process.env), clock });
    const parts = { settings, revision, synonyms: readSynonyms(), encoder, translate, metrics };
    return [
      ...(encoder === null ? [] : [watchModels([encoder], service)]),
      await runStage(augmentor(parts), service),
    ];
  },
});
