import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObject } from '../formats/json-file.ts';
import { SPACE } from './sentence-piece/normaliser.ts';
import { readSentencePiece } from './sentence-piece/sentence-piece.ts';

/** The texts of one direction of a Marian model, as tokens and back. */
export interface MarianTokenizer {
  /** The largest id, and one. */
  readonly vocabularySize: number;
  idOf(piece: string): number | undefined;
  /** The source's tokens and the end of the text. What people type is text: `</s>` never acts as a special token. */
  encode(text: string): number[];
  /** Without special tokens and without spaces around. */
  decode(tokens: readonly number[]): string;
}

const SPECIALS = ['</s>', '<unk>', '<pad>'] as const;

/**
 * Reads source.spm and vocab.json of a folder. Pieces are looked up in vocab.json and never by their number in the
 * SentencePiece model: the vocabulary is of both languages. To join pieces needs no model.
 * @throws RangeError that names what is missing, or is for several languages
 */
export function readMarianTokenizer(folder: string): MarianTokenizer {
  checkSettings(folder);
  const vocabulary = new Map<string, number>();
  for (const [piece, id] of Object.entries(readJsonObject(folder, 'vocab.json'))) {
    if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0)
      throw new RangeError('vocab.json: a piece has no number');
    vocabulary.set(piece, id);
  }
  const code = [...vocabulary.keys()].find((piece) => /^>>.+<<$/.test(piece));
  if (code !== undefined)
    throw new RangeError(
      `vocab.json has ${code}: models for several languages or scripts are not read, name one for a pair of languages`,
    );
  if (!existsSync(join(folder, 'source.spm'))) throw new RangeError(`${folder} has no source.spm`);
  const cut = readSentencePiece(join(folder, 'source.spm'));
  const needed = (piece: string): number => {
    const id = vocabulary.get(piece);
    if (id === undefined) throw new RangeError(`vocab.json has no ${piece}`);
    return id;
  };
  const [end, unknown] = [needed('</s>'), needed('<unk>')];
  const specials = new Set<string>(SPECIALS);
  const pieces = new Map([...vocabulary].map(([piece, id]) => [id, piece]));

  return {
    vocabularySize: [...pieces.keys()].reduce((most, id) => Math.max(most, id), -1) + 1,
    idOf: (piece) => vocabulary.get(piece),
    encode: (text) => [...cut(text).map((piece) => vocabulary.get(piece) ?? unknown), end],
    decode: (tokens) =>
      tokens
        .map((token) => pieces.get(token) ?? '')
        .filter((piece) => !specials.has(piece))
        .join('')
        .replaceAll(SPACE, ' ')
        .trim(),
  };
}

function checkSettings(folder: string): void {
  const settings = readJsonObject(folder, 'tokenizer_config.json');
  if (settings['separate_vocabs'] === true)
    throw new RangeError(
      'tokenizer_config.json: separate_vocabs is true, only models with one vocabulary are read',
    );
}
