import { type EncoderPlaces, type OpenEncoder, openEncoder } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';

/**
 * The encoder that copies are measured by; null where the settings want none. Whoever asks for it closes it.
 * @param sha256  of the model that must lie there (modelDigests); not given: whichever lies there
 * @throws UserError (exit 2) when the settings want one and no model is given
 */
export function gateEncoder(
  { augmentation }: Settings,
  places: EncoderPlaces | null,
  sha256?: string | null,
): OpenEncoder | null {
  if (!augmentation.gate.encoder) return null;
  if (places !== null) return openEncoder({ ...places, sha256: sha256 ?? undefined });
  throw new UserError(
    'MILLRACE_INPUT_BASE_MODEL',
    'no model to compare copies by: give one, or set augmentation.gate.encoder to false',
    { exitCode: 2 },
  );
}
