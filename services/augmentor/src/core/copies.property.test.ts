import { settingsSchema } from '@millrace/shared/contracts/settings';
import { rngFor } from '@millrace/shared/domain/rng';
import { normalise } from '@millrace/text';
import { readText } from '@millrace/text/tokens';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readSynonyms, relatedWords } from '../synonym-table.ts';
import { credulousPredictions } from '../testing/credulous-predictions.ts';
import { type CopyTechnique, proposalsOf, selectCopies } from './copies.ts';
import { NearOthers } from './near-others.ts';

vi.setConfig({ testTimeout: 240_000 });

const masked = { related: relatedWords(), predict: () => credulousPredictions };
const tools = { synonyms: readSynonyms(), read: readText, masked };
const techniques: readonly CopyTechnique[] = ['synonym', 'insertion', 'deletion', 'contextual'];
const limits = { min_sequence_length: 1, max_sequence_length: 512, quality_threshold: 0.7 };

/** Patterns written for this test alone: what is protected must not be judged by the code that protects. */
const facts = [
  /(?:https?:\/\/|www\.)\S+/gi,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  /```[\s\S]*?```|`[^`\n]+`|\{\{[^{}]*\}\}|<[^<>\s][^<>]*>/g,
  /(?<!\w)[#$€£]?\d[\d.,:/-]*(?:st|nd|rd|th|am|pm|%|k)?(?!\w)|\b\w*\d\w*\b/gi,
  /(?<=[a-z,;:] )[A-Z][a-z]+(?:[ '-][A-Z][a-z]+)*|\b[A-Z]{2,}\b/g,
  /\b(?:no|not|never|none|nobody|nothing|nowhere|neither|nor|cannot|without|hardly|barely|[a-z]+n['’]t)\b/gi,
];
const factsOf = (text: string) => facts.map((pattern) => text.match(pattern) ?? []);

const plain = (
  'i we you want need to really just very quickly book reserve buy purchase find a an the cheap inexpensive large difficult ' +
  'apartment hotel car taxi movie doctor lawyer luggage error mistake and or with for in my your is was it that think believe ' +
  'maybe perhaps probably completely totally please can could help wonderful awful strange annoying immediately often usually'
).split(' ');
const lures = [
  'https://example.com/a?really=1',
  'www.cheap.example',
  'm.keller77@example.com',
  '`npm run build --force`',
  '{{order_id}}',
  '<b>',
  '```\nbuy cheap\n```',
  '{"cheap": "car"}',
  '20 €',
  '48213',
  'three',
  '7 pm',
  '9:30',
  '10-15 %',
  'Berlin',
  'Marta Keller',
  'US',
  'iPhone',
  'not',
  "don't",
  'never',
  'no',
  'nobody',
  'without',
  "isn't",
  '#cheap-car',
  '@really',
  'C:\\cheap\\car.txt',
  '~/really/cheap',
  'very_cheap',
  'cheap/large',
  '[CODE_1]',
  '%1$s',
  '2026-02-03',
  '👍',
  '…',
  '—',
  '\n',
  '  ',
  '\t',
];
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...plain) },
  { weight: 1, arbitrary: fc.constantFrom(...lures) },
);
const message = fc
  .tuple(
    fc.array(fc.tuple(piece, fc.constantFrom(' ', ' ', ' ', ', ', '. ', '  ', '! ')), {
      minLength: 1,
      maxLength: 24,
    }),
  )
  .map(([parts]) => parts.map(([word, blank]) => word + blank).join(''));

const { gate } = settingsSchema.parse({}).augmentation;

function copies(text: string, technique: CopyTechnique, seed: number) {
  const request = {
    text,
    technique,
    limit: 4,
    known: new Set([normalise(text)]),
    isNearOther: () => false,
    limits,
  };
  const proposals = proposalsOf(request, rngFor(seed, text), tools);
  const beside = { taken: new Set<string>(), copies: new NearOthers() };
  const selection = { text, limit: 4, position: 0, gate, similarity: () => 0.95, ...beside };
  const { accepted, refused } = selectCopies(proposals, selection);
  return { texts: accepted.map((copy) => copy.text), refused };
}

describe('proposalsOf() and selectCopies(), 2,000 messages', () => {
  it('changes no protected content and no negation, and says the same for the same seed', () => {
    let accepted = 0;
    fc.assert(
      fc.property(message, fc.nat(1000), (text, seed) => {
        for (const technique of techniques) {
          const { texts, refused } = copies(text, technique, seed);
          accepted += texts.length;
          for (const copy of texts) expect(factsOf(copy)).toEqual(factsOf(text));
          expect(new Set(texts.map(normalise)).size).toBe(texts.length);
          expect(texts.length + refused.length).toBeGreaterThan(0);
          expect(copies(text, technique, seed)).toEqual({ texts, refused });
        }
      }),
      { numRuns: 2000, seed: 20_261_126 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  it('ends on any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        for (const technique of techniques) copies(text, technique, 1);
      }),
      { numRuns: 300 },
    );
  });
});
