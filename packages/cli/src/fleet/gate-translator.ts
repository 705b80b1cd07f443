import { openRoundTrip, type RoundTrip, translatorKey } from '@millrace/augmentor';
import { systemClock as clock } from '@millrace/shared/adapters/system-clock';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';

/** Where back-translations come from; null when the settings do not name that technique. */
export const gateTranslator = ({ conduct }: Terminal, settings: Settings): RoundTrip | null =>
  openRoundTrip(settings, { apiKey: translatorKey(conduct.variables), clock });
