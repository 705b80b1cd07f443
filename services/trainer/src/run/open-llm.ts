import { type CausalModel, type CausalModelOptions, causalModel } from '@millrace/engine';
import { UserError } from '@millrace/shared/domain/errors';

/**
 * Opens a language model. What its folder or the settings lack is the user's to change.
 * @throws UserError with the engine's own line
 */
export async function openLlm(options: CausalModelOptions): Promise<CausalModel> {
  try {
    return await causalModel(options);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UserError('MILLRACE_TRAINING_BASE_MODEL', cause.message, { exitCode: 2, cause });
  }
}
