import {
  openRoundTrip,
  type RoundTrip,
  type TranslatorPlaces,
  translatorKey,
  translatorPlaces,
} from '@millrace/augmentor';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';
import { trainerAssets } from './trainer-assets.ts';

/** Where back-translations come from: a server, or two models that are not open yet. */
export interface GateTranslator {
  readonly translate: RoundTrip | null;
  readonly translator: TranslatorPlaces | null;
}

/**
 * What the settings name for that technique; both null when they do not name it. Models are never fetched.
 * @throws UserError (exit 2) when a host is not allowed, or a model is not there
 */
export async function gateTranslator(
  { conduct, say }: Terminal,
  settings: Settings,
): Promise<GateTranslator> {
  const places = translatorPlaces(conduct.variables, settings);
  if (places !== null) {
    const { tensorflowFolder } = await trainerAssets(conduct, settings, say);
    return { translate: null, translator: { ...places, libraryFolder: tensorflowFolder } };
  }
  const isServer = settings.augmentation.back_translation.models === null;
  const apiKey = translatorKey(conduct.variables);
  return {
    translate: isServer ? openRoundTrip(settings, { apiKey, clock }) : null,
    translator: null,
  };
}
