import type { EncoderPlaces } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import type { Terminal } from '../conduct/terminal.ts';
import { trainerAssets } from './trainer-assets.ts';

/** The model that copies are compared by, found or fetched; null where the settings want none. */
export async function gateEncoder(
  { conduct, say }: Terminal,
  settings: Settings,
): Promise<EncoderPlaces | null> {
  if (!settings.augmentation.gate.encoder) return null;
  const { baseFolder, tensorflowFolder } = await trainerAssets(conduct, settings, say);
  return { folder: baseFolder, libraryFolder: tensorflowFolder };
}
