import { PIECE, type SentencePieceModel } from './read-model.ts';

/** What an unknown character costs more than the least probable piece. */
const UNKNOWN_PENALTY = 10;

interface Best {
  /** Where the last piece of the best way to here begins; -1: no way yet. */
  start: number;
  score: number;
  isUnknown: boolean;
}

/**
 * Cuts a normalised text into the pieces that are most probable together (Viterbi over unigrams). Unknown characters side
 * by side are one piece. Sums are kept in 32 bits, as in the original, so that ties fall alike. Linear in the text.
 * @see sentencepiece, src/unigram_model.cc, `Model::EncodeOptimized`
 */
export function unigramCutter({ pieces }: SentencePieceModel): (normal: string) => string[] {
  const known = new Map<string, { readonly score: number; readonly isWord: boolean }>();
  const scores = pieces.flatMap(({ type, score }) => (type === PIECE.normal ? score : []));
  const least = scores.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const unknownScore = Math.fround(least - UNKNOWN_PENALTY);
  let longest = 0;
  for (const { text, type, score } of pieces) {
    if (type !== PIECE.normal && type !== PIECE.userDefined) continue;
    const isWord = type === PIECE.userDefined;
    const bytes = Buffer.byteLength(text, 'utf8');
    known.set(text, { score: isWord ? bytes * most - 0.1 : score, isWord });
    longest = Math.max(longest, text.length);
  }

  return (normal) => {
    const ends: Best[] = Array.from({ length: normal.length + 1 }, () => ({
      start: -1,
      score: 0,
      isUnknown: false,
    }));
    const bestAt = (at: number): Best => ends[at] ?? { start: -1, score: 0, isUnknown: false };
    const offer = (end: number, start: number, score: number, isUnknown: boolean): void => {
      const best = bestAt(end);
      if (best.start !== -1 && score <= best.score) return;
      best.start = start;
      best.score = Math.fround(score);
      best.isUnknown = isUnknown;
    };
    let width = 1;
    for (let start = 0; start < normal.length; start += width) {
      width = (normal.codePointAt(start) ?? 0) > 0xffff ? 2 : 1;
      const before = bestAt(start).score;
      let isKnown = false;
      const last = Math.min(normal.length, start + longest);
      for (let end = start + width; end <= last; end += 1) {
        const piece = known.get(normal.slice(start, end));
        if (piece === undefined) continue;
        offer(end, start, piece.score + before, false);
        if (end === start + width) isKnown = true;
      }
      if (!isKnown) offer(start + width, start, Math.fround(unknownScore + before), true);
    }
    return backwards(normal, ends);
  };
}

function backwards(normal: string, ends: readonly Best[]): string[] {
  const found: { text: string; isUnknown: boolean }[] = [];
  let end = normal.length;
  while (end > 0) {
    const { start = 0, isUnknown = false } = ends[end] ?? {};
    const text = normal.slice(start, end);
    const later = found.at(-1);
    if (isUnknown && later?.isUnknown) later.text = text + later.text;
    else found.push({ text, isUnknown });
    end = start;
  }
  return found.reverse().map(({ text }) => text);
}
