import {
  asksMaskedLm,
  type MaskedLmPlaces,
  type OpenMaskedLm,
  openMaskedLm,
} from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import { UserError } from '@millrace/shared/domain/errors';

/**
 * The masked language model that contextual substitution asks; null where the settings want none. Whoever asks for it closes it.
 * @param sha256  of the model that must lie there (modelDigests); not given: whichever lies there
 * @throws UserError (exit 2) when the settings name one and none is given
 */
export function gateMaskedLm(
  settings: Settings,
  places: MaskedLmPlaces | null | undefined,
  sha256?: string | null,
): OpenMaskedLm | null {
  if (!asksMaskedLm(settings)) return null;
  if (places != null) return openMaskedLm({ ...places, sha256: sha256 ?? undefined });
  throw new UserError(
    'MILLRACE_INPUT_MASKED_LM',
    `augmentation.contextual.masked_lm names ${settings.augmentation.contextual.masked_lm}, and no such model is given: give one, or set it to null`,
    { exitCode: 2 },
  );
}
