import { serve } from '@millrace/shared/adapters/service';
import { recordRevision } from '@millrace/shared/runtime/record-revision';
import { runStage } from '@millrace/shared/runtime/worker';
import { encoderPlaces, maskedLmPlaces, translatorKey } from './config.ts';
import { augmentorRevision, augmentorSettings } from './core/augmentor-revision.ts';
import { openEncoder } from './encoder/open-encoder.ts';
import { openMaskedLm } from './masked-lm/process-masked-lm.ts';
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
    const maskedPlaces = maskedLmPlaces(process.env, settings);
    const digests = await awaitModelDigests({ encoder: places, maskedLm: maskedPlaces }, service);
    if (digests === null) return [];
    const revision = augmentorRevision(settings, digests);
    await recordRevision(store, {
      stage: 'augmentor',
      revision,
      settings: augmentorSettings(settings, digests),
    });
    const encoder = places && openEncoder({ ...places, sha256: digests.encoder ?? undefined });
    const maskedLm =
      maskedPlaces && openMaskedLm({ ...maskedPlaces, sha256: digests.maskedLm ?? undefined });
    const translate = openRoundTrip(settings, { apiKey: translatorKey(process.env), clock });
    const parts = { settings, revision, synonyms: readSynonyms(), metrics };
    const opened = [encoder, maskedLm].filter((model) => model !== null);
    const stage = augmentor({ ...parts, encoder, maskedLm, translate });
    return [
      ...(opened.length === 0 ? [] : [watchModels(opened, service)]),
      await runStage(stage, service),
    ];
  },
});
