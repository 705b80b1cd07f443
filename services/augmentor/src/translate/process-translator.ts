import type { Translator } from '@millrace/shared/ports/translator';
import { type ModelProcess, modelProcess } from '../model-process/model-process.ts';
import { foldersOf, type TranslatorPlaces } from './translator-places.ts';

export interface TranslatorOptions extends TranslatorPlaces {
  /** What the two models translate between; ISO 639-1. */
  readonly language: string;
  readonly pivot: string;
  /** Digest of the models that must lie there (see modelDigests); default: that of the first opening. */
  readonly sha256?: string | undefined;
  /** For tests: another program than ours. */
  readonly program?: string;
}

/** What goes to the process. */
export interface TranslationQuestion {
  readonly texts: readonly string[];
  readonly way: 'there' | 'back';
}

type Answer = readonly (string | null)[];

export interface OpenTranslator
  extends Translator,
    Pick<ModelProcess<TranslationQuestion, Answer>, 'open' | 'close'> {}

const ownProgram = new URL('./translator-process.ts', import.meta.url).pathname;

/**
 * Two Marian models in one process of their own: nothing leaves this machine. A text that is too long for a model, or whose
 * translation does not end, has none. What a list is translated to follows from that list alone.
 * @throws RangeError, when asked, for another pair of languages
 */
export function processTranslator(options: TranslatorOptions): OpenTranslator {
  const { there, back, libraryFolder, language, pivot, sha256, program = ownProgram } = options;
  const { open, ask, close } = modelProcess<TranslationQuestion, Answer>({
    program,
    args: [there, back, ...(libraryFolder === null ? [] : [libraryFolder])],
    name: 'the translator',
    folder: foldersOf(options),
    sha256,
    codes: { resource: 'MILLRACE_RESOURCE_TRANSLATOR', refused: 'MILLRACE_PROCESSING_TRANSLATE' },
  });
  const wayOf = (from: string, to: string): TranslationQuestion['way'] => {
    if (from === language && to === pivot) return 'there';
    if (from === pivot && to === language) return 'back';
    throw new RangeError(`the models translate ${language} and ${pivot}, not ${from} to ${to}`);
  };
  return {
    open,
    close,
    translate: async (texts, { from, to }, signal) => {
      const way = wayOf(from, to);
      return texts.length === 0 ? [] : ask({ texts, way }, signal);
    },
  };
}
