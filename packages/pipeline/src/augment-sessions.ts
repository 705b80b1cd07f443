import type { EncoderPlaces, MaskedLmPlaces } from '@millrace/augmentor';
import type { Settings } from '@millrace/shared/contracts/settings';
import { lineOfDocument, sessionVersions } from './core/session-versions.ts';
import { sessionLines } from './read/session-lines.ts';
import type { SessionCounts } from './results.ts';
import { type AugmentedSession, augmentEach } from './steps/augment.ts';
import { cleanSessions } from './steps/clean.ts';
import { gateEncoder } from './steps/gate-encoder.ts';
import { gateMaskedLm } from './steps/gate-masked-lm.ts';
import { gateTranslator, type TranslatorOptions } from './steps/gate-translator.ts';
import { judge } from './steps/validate.ts';

export interface AugmentSessionsOptions extends TranslatorOptions {
  /** A file of session documents (JSONL or an array, plain or gzip), or the documents themselves. */
  readonly data: string | readonly unknown[];
  readonly settings: Settings;
  /** The publishing application: part of every id. */
  readonly source: string;
  /** The model that copies are compared by; null where `augmentation.gate.encoder` is false. */
  readonly encoder: EncoderPlaces | null;
  /** The masked language model of contextual substitution, when the settings name one. */
  readonly maskedLm?: MaskedLmPlaces | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface AugmentedSessions {
  readonly counts: SessionCounts;
  /** Of the kept sessions in the order of the file, made as they are asked for; ends the encoder with the last one. */
  readonly sessions: AsyncGenerator<AugmentedSession>;
}

/**
 * The examples of a file's kept sessions, as the augmentor makes them: the same ids, the same copies.
 * @throws UserError (exit 2) when the settings want copies compared and no model is given
 */
export async function augmentSessions(options: AugmentSessionsOptions): Promise<AugmentedSessions> {
  const { data, settings, source, signal } = options;
  const lines = typeof data === 'string' ? sessionLines(data) : data.map(lineOfDocument);
  const { newest, read, dead, duplicate, superseded } = await sessionVersions(lines, source);
  const judged = judge(newest, settings);
  const kept = cleanSessions(judged);
  const encoder = gateEncoder(settings, options.encoder);
  const maskedLm = gateMaskedLm(settings, options.maskedLm);
  const { translate, close } = gateTranslator(settings, options);
  async function* sessions(): AsyncGenerator<AugmentedSession> {
    try {
      yield* augmentEach(kept, { settings, encoder, translate, maskedLm, signal });
    } finally {
      await Promise.all([encoder?.close(), maskedLm?.close(), close()]);
    }
  }
  return {
    counts: {
      read,
      kept: kept.length,
      rejected: judged.length - kept.length,
      duplicate,
      superseded,
      dead: dead.length,
    },
    sessions: sessions(),
  };
}
