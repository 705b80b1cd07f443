import type { Settings } from '@millrace/shared/contracts/settings';
import type { Clock } from '@millrace/shared/ports/clock';
import type { Health } from '@millrace/shared/runtime/health';
import type { Running } from '@millrace/shared/runtime/worker';
import type { ModelDigests } from './core/augmentor-revision.ts';
import { type OpenEncoder, openEncoder } from './encoder/open-encoder.ts';
import { type OpenMaskedLm, openMaskedLm } from './masked-lm/process-masked-lm.ts';
import type { ModelPlaces } from './model-digests.ts';
import { watchModels } from './model-process/watch-models.ts';
import { type OpenRoundTrip, openRoundTrip } from './translate/open-round-trip.ts';

export interface OpenModelsOptions {
  readonly settings: Settings;
  readonly places: ModelPlaces;
  /** Of the models that must lie there. */
  readonly digests: ModelDigests;
  readonly apiKey: string | null;
  readonly clock: Clock;
}

/** What copies are made and measured with; null: the settings want none. */
export interface OpenModels {
  readonly encoder: OpenEncoder | null;
  readonly maskedLm: OpenMaskedLm | null;
  readonly translate: OpenRoundTrip | null;
}

/** The models that the settings name, each in a process of its own that starts when it is asked. */
export function openModels({ settings, places, digests, ...how }: OpenModelsOptions): OpenModels {
  const { encoder, maskedLm, translator } = places;
  return {
    encoder: encoder && openEncoder({ ...encoder, sha256: digests.encoder ?? undefined }),
    maskedLm: maskedLm && openMaskedLm({ ...maskedLm, sha256: digests.maskedLm ?? undefined }),
    translate: openRoundTrip(settings, {
      ...how,
      translator: translator && { ...translator, sha256: digests.translator ?? undefined },
    }),
  };
}

/** Nothing where there is none. */
export function watched(
  { encoder, maskedLm, translate }: OpenModels,
  service: { readonly health: Pick<Health, 'up' | 'down'> },
): Running[] {
  const opened = [encoder, maskedLm, translate].filter((model) => model !== null);
  return opened.length === 0 ? [] : [watchModels(opened, service)];
}
