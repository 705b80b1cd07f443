import { type MaskedLmPlaces, maskedLmPlaces } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';
import { trainerAssets } from './trainer-assets.ts';

/**
 * The masked language model of contextual substitution; null where the settings want none. It is never fetched.
 * @throws UserError (exit 2) when they want one and it is not there
 */
export async function gateMaskedLm(
  { conduct, say }: Terminal,
  settings: Settings,
): Promise<MaskedLmPlaces | null> {
  const places = maskedLmPlaces(conduct.variables, settings);
  if (places === null) return null;
  const { tensorflowFolder } = await trainerAssets(conduct, settings, say);
  return { ...places, libraryFolder: tensorflowFolder };
}
