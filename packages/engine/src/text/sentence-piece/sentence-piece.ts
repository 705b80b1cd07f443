import { readFileSync } from 'node:fs';
import { normaliser } from './normaliser.ts';
import { readSentencePieceModel } from './read-model.ts';
import { unigramCutter } from './unigram.ts';

/** Cuts a text into the pieces of a SentencePiece model, exactly as the original does. */
export type SentencePiece = (text: string) => string[];

/** @throws RangeError that names the file and why it is not read */
export function readSentencePiece(file: string): SentencePiece {
  try {
    const model = readSentencePieceModel(readFileSync(file));
    const normal = normaliser(model);
    const cut = unigramCutter(model);
    return (text) => cut(normal(text));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`${file} cannot be read: ${why}`, { cause });
  }
}
