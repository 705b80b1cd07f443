import {
  asksTranslator,
  openModelTrip,
  type RoundTrip,
  type TranslatorPlaces,
} from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';

export interface TranslatorOptions {
  /** Where back-translations come from, when the settings name that technique and a server. */
  readonly translate?: RoundTrip | null | undefined;
  /** Where the models of back-translation lie, when the settings name two: they are opened and closed here. */
  readonly translator?: TranslatorPlaces | null | undefined;
}

/**
 * What translates there and back; whoever asks for it closes it.
 * @param sha256  of the models that must lie there (modelDigests); not given: whichever lie there
 * @throws UserError (exit 2) when the settings name two models and none are given
 */
export function gateTranslator(
  settings: Settings,
  { translate = null, translator = null }: TranslatorOptions,
  sha256?: string | null,
): { readonly translate: RoundTrip | null; close(): Promise<void> } {
  if (!asksTranslator(settings)) return { translate, close: async () => {} };
  const places = translator && { ...translator, sha256: sha256 ?? undefined };
  const opened = openModelTrip(settings, places);
  return { translate: opened, close: opened.close };
}
