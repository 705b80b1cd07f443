import type { Settings } from '@millrace/shared/contracts/settings';
import type { Clock } from '@millrace/shared/ports/clock';
import { libreTranslate } from './libre-translate.ts';
import { type RoundTrip, roundTrip } from './round-trip.ts';

/**
 * The way through another language that the settings name; null when back-translation is none of the techniques.
 * @throws UserError (exit 2) when the host is not allowed
 */
export function openRoundTrip(
  { augmentation }: Settings,
  { apiKey, clock }: { readonly apiKey: string | null; readonly clock: Clock },
): RoundTrip | null {
  const { url, allowed_hosts, language, pivot, timeout_seconds } = augmentation.back_translation;
  if (!augmentation.techniques.includes('back_translation') || url === null) return null;
  const translator = libreTranslate({
    url,
    allowedHosts: allowed_hosts,
    apiKey,
    timeoutMs: timeout_seconds * 1000,
    clock,
  });
  return roundTrip({ translator, language, pivot });
}
