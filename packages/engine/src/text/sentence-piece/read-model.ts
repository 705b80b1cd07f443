import { protobufFields } from './protobuf-reader.ts';

/** What a piece stands for; the numbers are those of sentencepiece_model.proto. */
export const PIECE = {
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const;

export interface Piece {
  readonly text: string;
  /** Log probability, float32. */
  readonly score: number;
  readonly type: number;
}

/** How a text is brought into the form that pieces are looked for in. */
export interface NormaliserSpec {
  /** Rules as Google's compiler wrote them; empty: none. */
  readonly charsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

export interface SentencePieceModel {
  readonly pieces: readonly Piece[];
  readonly normaliser: NormaliserSpec;
}

const UNIGRAM = 1;

/**
 * Reads a SentencePiece model file (sentencepiece_model.proto).
 * @throws RangeError when it is none, or one that cuts otherwise than by unigrams
 */
export function readSentencePieceModel(bytes: Uint8Array): SentencePieceModel {
  const pieces: Piece[] = [];
  let normaliser = normaliserSpec(new Uint8Array());
  for (const { number, value } of protobufFields(bytes)) {
    if (typeof value === 'number') continue;
    if (number === 1) pieces.push(pieceOf(value));
    if (number === 2) checkTrainer(value);
    if (number === 3) normaliser = normaliserSpec(value);
  }
  if (!pieces.some(({ type }) => type === PIECE.unknown))
    throw new RangeError('it holds no SentencePiece model: no piece stands for the unknown');
  return { pieces, normaliser };
}

function pieceOf(bytes: Uint8Array): Piece {
  const fields = fieldsOf(bytes);
  const text = fields.get(1);
  return {
    text: text instanceof Uint8Array ? Buffer.from(text).toString('utf8') : '',
    score: numberOf(fields.get(2), 0),
    type: numberOf(fields.get(3), PIECE.normal),
  };
}

function checkTrainer(bytes: Uint8Array): void {
  const fields = fieldsOf(bytes);
  const type = numberOf(fields.get(3), UNIGRAM);
  if (type !== UNIGRAM)
    throw new RangeError(`it is a SentencePiece model of type ${type}, only unigram (1) is read`);
  if (numberOf(fields.get(24), 0) !== 0)
    throw new RangeError('it treats a space as the end of a word, which is not read');
  if (numberOf(fields.get(35), 0) !== 0)
    throw new RangeError('it cuts unknown characters into bytes, which is not read');
}

function normaliserSpec(bytes: Uint8Array): NormaliserSpec {
  const fields = fieldsOf(bytes);
  const charsmap = fields.get(2);
  return {
    charsmap: charsmap instanceof Uint8Array ? charsmap : new Uint8Array(),
    addDummyPrefix: numberOf(fields.get(3), 1) !== 0,
    removeExtraWhitespaces: numberOf(fields.get(4), 1) !== 0,
    escapeWhitespaces: numberOf(fields.get(5), 1) !== 0,
  };
}

/** The last value of each field, as protobuf has it. */
const fieldsOf = (bytes: Uint8Array): ReadonlyMap<number, number | Uint8Array> =>
  new Map([...protobufFields(bytes)].map(({ number, value }) => [number, value]));

const numberOf = (value: number | Uint8Array | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;
