import type { Embeddings, Encoder } from '@millrace/shared/ports/encoder';
import { type ModelProcess, modelProcess } from '../model-process/model-process.ts';

export interface EncoderPlaces {
  /** A sentence-transformers folder. */
  readonly folder: string;
  /** TensorFlow's library and the addon; null: wasm encodes, several times slower. */
  readonly libraryFolder: string | null;
}

export interface EncoderOptions extends EncoderPlaces {
  /** Digest of the model that must lie there (see modelDigests); default: that of the first opening. */
  readonly sha256?: string | undefined;
}

export interface ProcessEncoder
  extends Encoder,
    Pick<ModelProcess<readonly string[], Embeddings>, 'open' | 'close'> {}

const program = new URL('./encoder-process.ts', import.meta.url).pathname;

/** An encoder in a process of its own. */
export function processEncoder({ folder, libraryFolder, sha256 }: EncoderOptions): ProcessEncoder {
  const { open, ask, close } = modelProcess<readonly string[], Embeddings>({
    program,
    args: [folder, ...(libraryFolder === null ? [] : [libraryFolder])],
    name: 'the encoder',
    folder,
    sha256,
    codes: { resource: 'MILLRACE_RESOURCE_ENCODER', refused: 'MILLRACE_PROCESSING_ENCODE' },
  });
  const encode: Encoder['encode'] = async (texts, signal) => {
    const { rows, dimension } = await ask(texts, signal);
    return { rows: rows.slice(), dimension }; // a copy: what came lies in the memory of the whole message
  };
  return { open, encode, close };
}
