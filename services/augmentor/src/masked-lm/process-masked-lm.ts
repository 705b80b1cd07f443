import type { MaskedLm, MaskedWord, PredictedWord } from '@millrace/shared/ports/masked-lm';
import { type ModelProcess, modelProcess } from '../model-process/model-process.ts';

export interface MaskedLmPlaces {
  /** A Hugging Face folder of BertForMaskedLM or DistilBertForMaskedLM. */
  readonly folder: string;
  /** TensorFlow's library and the addon; null: wasm computes, several times slower. */
  readonly libraryFolder: string | null;
}

export interface MaskedLmOptions extends MaskedLmPlaces {
  /** Digest of the model that must lie there (see modelDigests); default: that of the first opening. */
  readonly sha256?: string | undefined;
}

/** What goes to the process. */
export interface MaskedQuestion {
  readonly words: readonly MaskedWord[];
  readonly top: number;
}

type Answer = readonly (readonly PredictedWord[])[];

export interface OpenMaskedLm
  extends MaskedLm,
    Pick<ModelProcess<MaskedQuestion, Answer>, 'open' | 'close'> {}

const program = new URL('./masked-lm-process.ts', import.meta.url).pathname;

/** A masked language model in a process of its own. */
export function openMaskedLm({ folder, libraryFolder, sha256 }: MaskedLmOptions): OpenMaskedLm {
  const { open, ask, close } = modelProcess<MaskedQuestion, Answer>({
    program,
    args: [folder, ...(libraryFolder === null ? [] : [libraryFolder])],
    name: 'the masked language model',
    folder,
    sha256,
    codes: { resource: 'MILLRACE_RESOURCE_MASKED_LM', refused: 'MILLRACE_PROCESSING_PREDICT' },
  });
  return {
    open,
    close,
    predict: (words, { top, signal }) => ask({ words, top }, signal),
  };
}
