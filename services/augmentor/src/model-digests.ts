import { maskedLmSha256, sentenceTransformerSha256 } from '@millrace/engine/model-digest';
import { backoffMs } from '@millrace/shared/domain/backoff';
import { TransientError } from '@millrace/shared/domain/errors';
import type { Rng } from '@millrace/shared/domain/rng';
import type { Clock } from '@millrace/shared/ports/clock';
import type { Health } from '@millrace/shared/runtime/health';
import type { ModelDigests } from './core/augmentor-revision.ts';
import type { EncoderPlaces } from './encoder/process-encoder.ts';
import type { MaskedLmPlaces } from './masked-lm/process-masked-lm.ts';
import {
  foldersOf,
  type TranslatorPlaces,
  translatorSha256,
} from './translate/translator-places.ts';

/** Where the models lie that decide on copies; null: the settings want none. */
export interface ModelPlaces {
  readonly encoder: EncoderPlaces | null;
  readonly maskedLm: MaskedLmPlaces | null;
  readonly translator: TranslatorPlaces | null;
}

/**
 * What these folders hash to now. Blocks: 0.15 s for all-MiniLM-L6-v2.
 * @throws TransientError as the model's own opening does, when a folder cannot be read
 */
export function modelDigests({ encoder, maskedLm, translator }: ModelPlaces): ModelDigests {
  return {
    encoder: encoder && digestOf('the encoder', encoder.folder, sentenceTransformerSha256),
    maskedLm: maskedLm && digestOf('the masked language model', maskedLm.folder, maskedLmSha256),
    translator:
      translator &&
      digestOf('the translator', foldersOf(translator), () => translatorSha256(translator)),
  };
}

interface Waiting {
  readonly health: Pick<Health, 'down'>;
  readonly clock: Clock;
  readonly random: Rng;
  readonly signal: AbortSignal;
}

/**
 * The same, waited for while a folder cannot be read: nothing can be made before it is known by what. /ready names `model`.
 * @returns null when a stop begins meanwhile
 */
export async function awaitModelDigests(
  places: ModelPlaces,
  { health, clock, random, signal }: Waiting,
): Promise<ModelDigests | null> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return modelDigests(places);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      health.down('model', error.message);
      await clock.sleep(backoffMs(failures, random), signal);
    }
  }
  return null;
}

function digestOf(part: string, folder: string, sha256: (folder: string) => string): string {
  try {
    return sha256(folder);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n', 1)[0] : 'it cannot be read';
    throw new TransientError(
      'MILLRACE_RESOURCE_ENCODER',
      `${part} in ${folder} does not open: ${why}`,
      { cause },
    );
  }
}
