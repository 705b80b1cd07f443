import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';
import type { Clock } from '@millrace/shared/ports/clock';
import type { ModelProcess } from '../model-process/model-process.ts';
import { libreTranslate } from './libre-translate.ts';
import { processTranslator } from './process-translator.ts';
import { type RoundTrip, roundTrip } from './round-trip.ts';
import type { TranslatorPlaces } from './translator-places.ts';

/** Whoever opened it closes it; a server needs neither. */
export interface OpenRoundTrip
  extends RoundTrip,
    Pick<ModelProcess<never, unknown>, 'open' | 'close'> {}

/** Where the models lie, and the digest of those that must lie there. */
export type ModelTripPlaces = TranslatorPlaces & { readonly sha256?: string | undefined };

export interface RoundTripPlaces {
  readonly apiKey: string | null;
  readonly clock: Clock;
  /** When the settings name two models. */
  readonly translator?: ModelTripPlaces | null;
}

/**
 * The way through another language that the settings name; null when back-translation is none of the techniques.
 * @throws UserError (exit 2) when the host is not allowed, or models are named and none are given
 */
export function openRoundTrip(
  settings: Settings,
  { apiKey, clock, translator: places = null }: RoundTripPlaces,
): OpenRoundTrip | null {
  const { techniques, back_translation } = settings.augmentation;
  const { url, allowed_hosts, models, language, pivot, timeout_seconds } = back_translation;
  if (!techniques.includes('back_translation')) return null;
  if (models !== null) return openModelTrip(settings, places);
  if (url === null) return null;
  const translator = libreTranslate({
    url,
    allowedHosts: allowed_hosts,
    apiKey,
    timeoutMs: timeout_seconds * 1000,
    clock,
  });
  const nothing = async (): Promise<void> => {};
  return Object.assign(roundTrip({ translator, language, pivot }), {
    open: nothing,
    close: nothing,
  });
}

/**
 * The way through the two models that the settings name.
 * @throws UserError (exit 2) when none are given
 */
export function openModelTrip(
  { augmentation }: Settings,
  places: ModelTripPlaces | null,
): OpenRoundTrip {
  const { models, language, pivot } = augmentation.back_translation;
  if (places === null)
    throw new UserError(
      'MILLRACE_INPUT_TRANSLATOR',
      `augmentation.back_translation.models names ${models?.there} and ${models?.back}, and no such models are given: give both, or set it to null`,
      { exitCode: 2 },
    );
  const translator = processTranslator({ ...places, language, pivot });
  const { open, close } = translator;
  return Object.assign(roundTrip({ translator, language, pivot }), { open, close });
}
