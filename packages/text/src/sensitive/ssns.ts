import { clauseAfter, clauseBefore } from './cues.ts';
import type { Detector, SensitiveSpan } from './sensitive-span.ts';

const shape =
  /(?<![\p{L}\p{N}_+]|[0-9][-. ])[0-9]{3}([- .\u00a0]?)(?!00)[0-9]{2}\1(?!0000)[0-9]{4}(?![\p{L}\p{N}_]|[-. ][0-9])/gu;
const cue = /\b(?:ssn|social(?:\s+security)?|itin|tax\s?id|taxpayer)\b/i;

/**
 * Social security numbers of the USA, areas that were never given out too. The shape with dashes has no other use;
 * blanks, full stops or nine digits in one piece need a cue before them, or behind as in `is my SSN`.
 */
export const ssns: Detector = {
  possible: ({ digits }) => digits >= 9,
  find: (text) => [...text.matchAll(shape)].flatMap((match) => judged(text, match)),
};

function judged(
  text: string,
  { 0: found, 1: separator, index: start }: RegExpExecArray,
): SensitiveSpan[] {
  if (separator !== '-' && !hasCue(text, start, start + found.length)) return [];
  const value = found.replace(/[^0-9]/g, '');
  return [{ start, end: start + found.length, kind: 'ssn', value }];
}

const hasCue = (text: string, start: number, end: number): boolean =>
  cue.test(clauseBefore(text, start, 48)) ||
  (/^\s{1,3}(?:is|was)\b/i.test(text.slice(end, end + 8)) && cue.test(clauseAfter(text, end, 40)));
