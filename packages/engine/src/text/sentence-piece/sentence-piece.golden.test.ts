import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tinyMarian } from '../../testing/tiny-marian.ts';
import { readMarianTokenizer } from '../marian-tokenizer.ts';
import { readSentencePiece } from './sentence-piece.ts';

const golden = tinyMarian();
/** More strings, drawn by golden/tiny_marian.py --tokens. */
const more = process.env['MILLRACE_MARIAN_TOKENS'];
const cases: typeof golden.tokens =
  more === undefined ? golden.tokens : JSON.parse(readFileSync(more, 'utf8'));

describe('readSentencePiece()', () => {
  const cut = readSentencePiece(`${golden.folder}/source.spm`);

  it(`cuts ${cases.length} odd texts as SentencePiece does`, () => {
    const wrong = cases.filter(({ text, pieces }) => cut(text).join('|') !== pieces.join('|'));
    expect(wrong.map(({ text, pieces }) => ({ text, pieces, ours: cut(text) }))).toEqual([]);
  });
});

describe('readMarianTokenizer()', () => {
  const tokenizer = readMarianTokenizer(golden.folder);

  it(`gives the tokens of transformers for ${cases.length} odd texts`, () => {
    const wrong = cases.filter(({ text, ids }) => tokenizer.encode(text).join() !== ids.join());
    expect(wrong.map(({ text, ids }) => ({ text, ids, ours: tokenizer.encode(text) }))).toEqual([]);
  });

  it('joins them to the same texts', () => {
    const wrong = cases.filter(({ ids, back }) => tokenizer.decode(ids) !== back);
    expect(wrong.map(({ ids, back }) => ({ back, ours: tokenizer.decode(ids) }))).toEqual([]);
  });
});
