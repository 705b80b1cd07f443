import type { MaskedSequence } from '../nets/masked-net.ts';
import type { MaskedVocabulary } from './masked-vocabulary.ts';

interface Question {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly besideItself: boolean;
}

/**
 * A masked word as BERT is asked: `[CLS] text with [MASK] [SEP]`, or `[CLS] text [SEP] text with [MASK] [SEP]`. A longer text is
 * cut around the word, in both places at the same tokens, with as many before as behind it where there are so many.
 */
export function maskedSequences(
  { pieces, begin, end, mask }: MaskedVocabulary,
  maxTokens: number,
): (question: Question) => MaskedSequence {
  return ({ text, start, end: stop, besideItself }) => {
    const word = pieces(text.slice(start, stop));
    const room = besideItself ? Math.floor((maxTokens - 4 - word.length) / 2) : maxTokens - 3;
    if (room < 0) throw new RangeError(`a word of ${word.length} tokens does not fit ${maxTokens}`);
    const [before, after] = around(pieces(text.slice(0, start)), pieces(text.slice(stop)), room);
    const hidden = [...before, mask, ...after, end];
    const shown = besideItself ? [...before, ...word, ...after, end] : [];
    const tokens = [begin, ...shown, ...hidden];
    const first = 1 + shown.length;
    return {
      tokens,
      types: tokens.map((_, i) => (besideItself && i >= first ? 1 : 0)),
      masked: first + before.length,
    };
  };
}

/** The nearest `room` tokens of both sides together. */
function around(before: number[], after: number[], room: number): [number[], number[]] {
  const half = Math.floor(room / 2);
  const left = Math.min(before.length, Math.max(half, room - after.length));
  return [before.slice(before.length - left), after.slice(0, room - left)];
}
